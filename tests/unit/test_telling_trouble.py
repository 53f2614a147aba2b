"""What the record holds, as the rules of the operators see it."""

from __future__ import annotations

from telling import HOUR, T0, incident_step

from monitor.incidents.book import book
from monitor.telling.trouble import troubles
from monitor.timeline.model import Reason
from monitor.timeline.record import Notice


def notice(kind: str = "opened", end: int | None = None, component: str = "api") -> Notice:
    """A notice of an outage that began at T0."""
    at = T0 + 60 if end is None else end
    return Notice(at, f"{component}-1", component, kind, T0, end, Reason.TIMEOUT, 60)


def test_an_outage_is_as_severe_as_can_be_until_people_say_otherwise() -> None:
    """It is then as severe as its incident, and acknowledged when that is."""
    (alone,) = troubles([notice()], book([]), (), "en").values()
    assert (alone.key, alone.severity, alone.is_acknowledged) == ("outage/api-1", "P1", False)
    events = [incident_step(1, "investigating", T0 + 60, impact="minor"), incident_step(2, "acknowledged", T0 + 90)]
    found = troubles([notice()], book(events), (), "en")
    assert (found["outage/api-1"].severity, found["outage/api-1"].is_acknowledged) == ("P3", True)
    assert found["incident/x"].covers == ("outage/api-1",)
    said = [incident_step(1, "investigating", T0 + 60, severity="P4")]
    assert troubles([notice()], book(said), (), "en")["outage/api-1"].severity == "P4"


def test_what_ended_is_there_while_it_is_news() -> None:
    """Once, with both its times."""
    over = notice("closed", T0 + HOUR)
    assert troubles([notice(), over], book([]), (), "en") == {}
    found = troubles([notice(), over], book([]), ("outage/api-1",), "en")
    assert found["outage/api-1"].end == T0 + HOUR
    events = [incident_step(1, "investigating"), incident_step(2, "resolved", T0 + HOUR)]
    assert troubles([], book(events), (), "en") == {}
    assert troubles([], book(events), ("incident/x",), "en")["incident/x"].end == T0 + HOUR


def test_an_outage_that_goes_on_after_all_is_trouble_again() -> None:
    """The newest notice says how it stands, in whatever order they come."""
    again = Notice(T0 + 2 * HOUR, "api-1", "api", "opened", T0, None, Reason.TIMEOUT, 60)
    assert list(troubles([again, notice("closed", T0 + HOUR), notice()], book([]), (), "en")) == ["outage/api-1"]
