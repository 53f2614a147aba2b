"""Agreed hours: holidays by law, business days to the second, and an hour that the clocks skip."""

from __future__ import annotations

from datetime import date

from calculated import HOUR, at, terms

from monitor.sla.holidays import days_off
from monitor.timeline.span import Span

TARGET = '[[objective]]\nid = "uptime"\nof = "api"\ntarget = "99.9"\n'
OFFICE = '[[calendar]]\nid = "office"\nmon = ["09:00-17:00"]\nfri = ["09:00-17:00"]\n'


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    """Epiphany is one in Bavaria, and not in all of Germany."""
    epiphany = date(2026, 1, 6)
    assert epiphany in days_off("DE-BY", 2026)
    assert epiphany not in days_off("DE", 2026)


def test_a_business_day_later_it_is_as_late_to_the_second() -> None:
    """From Friday 16:30:15 one open day later is Monday 16:30:15, none later is the same moment; a break has its minutes."""
    text = OFFICE + 'breaks = ["2026-06-08T12:30:10/2026-06-08T13:00:20"]\n'
    hours = terms(TARGET + text).newest.hours("office")
    friday, monday = at("2026-06-05T16:30:15"), at("2026-06-08T16:30:15")
    assert hours.days_after(friday, 1) == monday
    assert hours.days_after(friday, 0) == friday
    assert hours.days_after(at("2026-06-06T11:00"), 0) == at("2026-06-08T09:00")
    assert hours.seconds(at("2026-06-08T00:00"), at("2026-06-09T00:00")) == 8 * HOUR - 1810


def test_the_hour_that_the_clocks_skip_is_never_open() -> None:
    """From two to three on 29 March 2026 there is no time in Amsterdam; a week before there is an hour."""
    text = '[[calendar]]\nid = "night"\nsun = ["02:00-03:00"]\n'
    hours = terms(TARGET + text, "Europe/Amsterdam").newest.hours("night")
    assert hours.within(Span(at("2026-03-28T12:00"), at("2026-03-29T12:00"))) == ()
    assert hours.seconds(at("2026-03-21T12:00"), at("2026-03-22T12:00")) == HOUR


def test_public_holidays_are_closed() -> None:
    """Whit Monday, 25 May 2026, is one in the Netherlands; the Monday after it is not."""
    text = OFFICE + 'holidays = ["NL"]\n'
    hours = terms(TARGET + text).newest.hours("office")
    assert hours.seconds(at("2026-05-25T00:00"), at("2026-05-26T00:00")) == 0
    assert hours.seconds(at("2026-06-01T00:00"), at("2026-06-02T00:00")) == 8 * HOUR


def test_a_clock_that_runs_down_at_closing_time_is_due_then() -> None:
    """Eight hours from nine on Friday end at five, not at nine on Monday; a second more does end there."""
    hours = terms(TARGET + OFFICE).newest.hours("office")
    nine, five = at("2026-06-05T09:00"), at("2026-06-05T17:00")
    assert hours.after(nine, 8 * HOUR) == five
    assert hours.after(nine, 8 * HOUR + 1) == at("2026-06-08T09:00:01")
    assert hours.after(five, 0) == at("2026-06-08T09:00")
    assert hours.after(five - 1, 0) == five - 1
