"""Who is told, as operators see it: in numbers, never with an address, which is for whoever sits at the machine itself.

A viewer sees the numbers; why a channel fails is for those who can act on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import g, render_template

from monitor.incidents.course import of_incident
from monitor.incidents.event import INCIDENT, MAINTENANCE
from monitor.incidents.incident import Incident
from monitor.incidents.maintenance import Maintenance
from monitor.people.model import Role
from monitor.store import Shown, StoreError, alarms_of, asked, failing, newest, told_of, wishes
from monitor.telling.message import Message
from statuspage.admin.house import House, Routes
from statuspage.feeds.told import mentioned
from statuspage.letters import is_for_subscribers
from statuspage.private import hidden

FAILED = 20

routes = Routes()


@routes.get("/telling")
def telling(house: House) -> Any:
    """Subscribers in numbers, channels, rules and where they stand, what fails, what was told last."""
    house.facts()
    url, told = house.config.storage.url.reveal(), house.config.telling
    try:
        (waiting, failed), alarms = failing(url, FAILED), alarms_of(url)
    except StoreError:  # nothing was ever told here
        waiting, failed, alarms = {}, [], {}
    return render_template(
        "admin/telling.html",
        asked=asked(wishes(url)),
        has_form=told.sign_up is not None,
        channels=told.channels,
        waiting=waiting,
        rules=[(each, alarms.get(each.id)) for each in told.rules],
        failed=failed,
        may=g.session.operator.role.covers(Role.OPERATOR),
        last=newest(url),
    )


def audience(house: House, made: Incident | Maintenance) -> Mapping[str, int] | None:
    """How many subscribers would be told of the newest thing that is said of it, by way; None when nobody can be, or unknown."""
    if house.config.telling.sign_up is None:
        return None
    if isinstance(made, Incident) and not is_for_subscribers(of_incident(made)[-1]):
        return {}
    named = mentioned(made.events)
    seen = tuple(each for each in named if each not in hidden(house.config))
    if named and not seen:
        return {}
    message = Message("", INCIDENT if isinstance(made, Incident) else MAINTENANCE, 0, seen, {})
    try:
        return Counter(each.way for each in wishes(house.config.storage.url.reveal()) if each.wants(message))
    except StoreError:  # no reason not to publish
        return None


def was_told(house: House, found: Incident | Maintenance) -> list[Shown] | None:
    """What subscribers were told of it so far, and how far that came; None as in ``audience``."""
    if house.config.telling.sign_up is None:
        return None
    account = INCIDENT if isinstance(found, Incident) else MAINTENANCE
    try:
        return told_of(house.config.storage.url.reveal(), account, found.id)
    except StoreError:
        return None
