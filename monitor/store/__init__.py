"""The record: observations, append-only, and what can be rebuilt from them. The door to SQLAlchemy and Alembic.

Its interface speaks of observations, spans and timelines, never of rows: how they are laid out may change.
"""

from monitor.store.desk import Conflict, Desk, open_desk
from monitor.store.engine import StoreError
from monitor.store.following import News
from monitor.store.outbox import Delivery, Failing, Outbox, Outcome, alarms_of, failing, open_outbox
from monitor.store.people import People, PeopleError, has_people, open_people
from monitor.store.promises import Promise
from monitor.store.reader import Reader, open_reader
from monitor.store.record import Record, open_record
from monitor.store.subscribers import Ending, Keys, Subscribers, open_subscribers
from monitor.store.telling_seen import Asked, Reached, Shown, asked, newest, told_of, wishes

__all__ = [
    "Asked",
    "Conflict",
    "Delivery",
    "Desk",
    "Ending",
    "Failing",
    "Keys",
    "News",
    "Outbox",
    "Outcome",
    "People",
    "PeopleError",
    "Promise",
    "Reached",
    "Reader",
    "Record",
    "Shown",
    "StoreError",
    "Subscribers",
    "alarms_of",
    "asked",
    "failing",
    "has_people",
    "newest",
    "open_desk",
    "open_outbox",
    "open_people",
    "open_reader",
    "open_record",
    "open_subscribers",
    "told_of",
    "wishes",
]
