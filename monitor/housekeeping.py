"""What a running monitor does beside probing: telling the record what is planned and what follows from outages, sealing the periods
that have closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.config import Config
from monitor.incidents import automatic, planned
from monitor.incidents.automatic import OFF, Due
from monitor.incidents.book import book
from monitor.incidents.event import Event
from monitor.settlement import Settlement, closing
from monitor.sla.document import document
from monitor.sla.periods import instant
from monitor.store import Reader, Record
from monitor.timeline.record import Notice

SEAL_AFTER = 600
FOLLOWER = "incidents"


def announced(record: Record, config: Config, now: int) -> list[str]:
    """Tell the record of planned maintenance that it does not know yet; what it was told of.

    StoreError when it cannot be written, ValueError when what it holds cannot be followed.
    """
    told, zone = book(record.reader.events()), config.page.timezone
    components = {each.id for each in config.components}
    events = (*planned.due(config.maintenance, zone, told, now), *planned.recurring(told, components, zone, now))
    if events:
        record.tell(events)
    return [event.subject for event in events]


def followed(record: Record, config: Config, now: int) -> Due:
    """Open, update and resolve incidents as measured outages ask for it; what was said, and when to look again.

    It is read from the record what is still to be said, and that is kept in one step with how far that reading came. So whatever
    ends this process in between, the next one goes on at the same place; and no outage is told twice, because an incident has the
    name of its outage and the record keeps no two first events of one name. StoreError when it cannot be written, ValueError when
    what it holds cannot be followed.
    """
    found = Due()
    policy = replace(
        config.incidents,
        names={each.id: each.name for each in config.components},
        private=frozenset(each.id for each in config.components if each.private),
    )

    def look(reader: Reader) -> tuple[Sequence[Event], Sequence[Event], int | None]:
        nonlocal found
        told, drafts, newest = book(reader.events()), reader.drafts(), reader.told_so_far()[0]
        since = reader.followed(FOLLOWER)
        fresh = reader.told_since(newest if since is None else since)
        notices = (*fresh, *reader.told_open())
        known = {each.outage for each in notices}
        for outage in automatic.concerned(told, drafts, known) - known:
            notices = (*notices, *reader.notices_of(outage)[:1])
        found = automatic.due(policy, notices, told, drafts, max(now, newest))
        return found.events, found.drafts, None if policy.automatic == OFF else newest

    record.follow(FOLLOWER, look)
    return found


def sealed(record: Record, config: Config, now: int) -> list[str]:
    """Seal each period that closed at least a while ago and has no statement yet; which these were. StoreError when it cannot."""
    until, reader = now - SEAL_AFTER, record.reader
    since = reader.since() or until
    found: list[str] = []
    for versions in config.agreements:
        name = versions.newest.id
        kept = {label for label, _ in reader.sealed(name)}
        for rule, period in closing(versions, since, until):
            if period.label not in kept:
                made = Settlement(versions, reader, until).made(period, rule)
                if made.assessments and record.seal(name, period.label, document(made)):
                    found.append(f"{name} {period.label}")
    return found


def in_words(notice: Notice) -> str:
    """A notice as a line of log."""
    if notice.kind == "opened":
        return f"{notice.component} is down since {instant(notice.start)} ({notice.reason.word})"
    return f"{notice.component} is up again after {notice.down_seconds} s down"
