"""Incidents with a severity are what the clocks of an agreement on support run over."""

from __future__ import annotations

from dataclasses import replace

from telling import T0, incident_step

from monitor.incidents.book import book
from monitor.incidents.event import Event, Said
from monitor.settlement import tickets


def kinds(*events: Event) -> list[list[tuple[str, int]]]:
    """The events of each ticket, in seconds after T0."""
    return [[(each.kind, each.at - T0) for each in ticket.events] for ticket in tickets(book(events))]


OPENED = incident_step(1, "investigating", T0 + 60, start=T0, severity="P2")


def test_the_first_word_of_a_person_answers() -> None:
    """Or that somebody acknowledged it; without a severity there is no clock."""
    resolved = incident_step(2, "resolved", T0 + 90)
    assert kinds(OPENED, resolved) == [[("created", 0), ("human-reply", 60), ("resolved", 90)]]
    acknowledged = incident_step(2, "acknowledged", T0 + 80)
    assert kinds(OPENED, acknowledged) == [[("created", 0), ("human-reply", 80)]]
    assert kinds(replace(OPENED, said=replace(OPENED.said, severity=None))) == []


def test_what_is_told_by_itself_answers_nobody() -> None:
    """It is a reply of a machine, until a person says something."""
    automatic = replace(OPENED, said=replace(OPENED.said, automatic=True))
    assert kinds(automatic) == [[("created", 0), ("auto-reply", 60)]]
    spoken = incident_step(2, "identified", T0 + 300)
    assert kinds(automatic, spoken) == [[("created", 0), ("auto-reply", 60), ("human-reply", 300)]]


def test_merging_stops_no_clock() -> None:
    """The incident that tells of both has the earlier beginning and the graver severity."""
    other = replace(incident_step(1, "investigating", T0 + 200, severity="P3"), subject="y")
    merged = Event("incident", "x", 2, T0 + 210, "J", "merged", {}, Said(merged="y"))
    assert kinds(OPENED, other, merged) == [[("created", 0), ("human-reply", 60)]]
    (ticket,) = tickets(book([OPENED, other, merged]))
    assert (ticket.id, ticket.events[0].priority) == ("y", "P2")
