"""Statements over the record."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from calculated import at, terms
from drawn import START, STEP, observations, watch

from monitor.clock import Clock
from monitor.incidents.event import Event, Said
from monitor.judge import judge, rewatch
from monitor.settlement import Settlement, closing, holding, named, rule_of, windows
from monitor.sla.document import document
from monitor.store import Record, open_desk, open_record
from monitor.timeline.model import Observation, Phases
from monitor.timeline.record import Batch, Label

FAST = """
[[objective]]
id = "fast"
of = "api"
metric = "latency"
target = "90"
[objective.measure]
good_under = "500ms"
"""
UPTIME = """
[[objective]]
id = "uptime"
of = "api"
target = "99.9"
[[objective.exclude]]
kind = "force-majeure"
treat = "forgive"
[[objective]]
id = "quarter"
of = "api"
target = "99.9"
period = "calendar-quarter"
"""


def recorded(folder: Path, seen: list[Observation]) -> Record:
    """A record that holds these observations, judged."""
    record = open_record(f"sqlite:///{folder}/meetlat.db", Clock())
    record.watch([watch()], START)
    standing = rewatch(record.standing(START), record.watches(), START).standing
    turn = judge(standing, [(each, record.watches()[0]) for each in seen], seen[-1].at)
    record.append(Batch(seen[-1].at, tuple(seen), turn.redraws, turn.foldings, turn.notices))
    return record


def test_response_times_are_judged_by_what_the_probes_measured(tmp_path: Path) -> None:
    """Of ten probes eight answer within half a second, one takes longer, one fails and one says nothing: eight of ten."""
    seen = observations("........." + "x?")
    seen[3] = replace(seen[3], phases=Phases(600_000, first_byte_us=550_000))
    record = recorded(tmp_path, seen)
    made = document(Settlement(terms(FAST), record.reader, START + 11 * STEP).made(named(terms(FAST), "2026-01")))
    found = made["objectives"][0]
    assert found["requests"] == {"good": 8, "total": 10}
    assert (found["availability"]["exact"], found["verdict"]) == ("4/5", "missed")
    record.close()


def test_a_label_reaches_the_ledger_and_can_be_taken_back(tmp_path: Path) -> None:
    """What a person said is applied as the terms say, from the next statement on, until it is taken back."""
    record = recorded(tmp_path, observations(".....xxx...."))
    versions, now = terms(UPTIME), START + 12 * STEP
    desk = open_desk(f"sqlite:///{tmp_path}/meetlat.db", Clock())

    def down() -> int:
        made = document(Settlement(versions, record.reader, now).made(named(versions, "2026-01")))
        return int(made["objectives"][0]["down_seconds"])

    assert down() == 3 * STEP
    label = Label(now, "api", START + 5 * STEP, START + 8 * STEP, "force-majeure", "J. Jansen", "flood")
    desk.label(label)
    assert down() == 0
    desk.label(replace(label, kind="none", why="it was not"))
    assert down() == 3 * STEP
    assert windows(holding(record.reader, now)) == ()
    desk.close()
    record.close()


def test_a_sealed_statement_goes_before_what_is_computed(tmp_path: Path) -> None:
    """A document is kept once; another edition needs a reason, and the newest is the one that is shown."""
    record = recorded(tmp_path, observations("..."))
    versions = terms(UPTIME)
    desk = open_desk(f"sqlite:///{tmp_path}/meetlat.db", Clock())
    assert desk.seal("acme", "2026-01", {"title": "first", "objectives": []}) == 1
    assert desk.seal("acme", "2026-01", {"title": "other", "objectives": []}) is None
    period = named(versions, "2026-01")
    assert Settlement(versions, record.reader, START + 9).document(period)["title"] == "first"
    assert desk.seal("acme", "2026-01", {"title": "second", "objectives": []}, "a wrong label") == 2
    assert Settlement(versions, record.reader, START + 9).document(period)["title"] == "second"
    assert [(each.number, each.reason) for each in record.reader.editions("acme")] == [(1, ""), (2, "a wrong label")]
    desk.close()
    record.close()


def test_each_kind_of_period_closes_by_itself() -> None:
    """Between new year and the first of May four months and one quarter close."""
    found = [period.label for _, period in closing(terms(UPTIME), at("2026-01-01T00:00"), at("2026-05-01T00:00"))]
    assert sorted(found) == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-Q1"]


DESK = """
[[objective]]
id = "{metric}"
metric = "{metric}"
clock = "24x7"
target = "95"
targets = [{{ priority = "P1", within = "1h" }}]
"""


def test_incidents_run_the_clocks_of_response_and_resolution(tmp_path: Path) -> None:
    """From when the trouble began: acknowledged within the hour is in time, solved after three is not."""
    record = recorded(tmp_path, observations("..."))
    desk = open_desk(f"sqlite:///{tmp_path}/meetlat.db", Clock())
    said = Said({"en": "Down"}, severity="P1", components={"api": "down"}, start=START)
    desk.tell(Event("incident", "one", 1, START + 1800, "J", "investigating", {"en": "We look."}, said))
    desk.tell(Event("incident", "one", 2, START + 3600, "J", "acknowledged", {}, Said()))
    desk.tell(Event("incident", "one", 3, START + 3 * 3600, "J", "resolved", {"en": "Solved."}, Said()))
    for metric, good in (("response", 1), ("resolution", 0)):
        versions = terms(DESK.format(metric=metric))
        made = document(Settlement(versions, record.reader, START + 86_400).made(named(versions, "2026-01")))
        assert made["objectives"][0]["requests"] == {"good": good, "total": 1}, metric
    desk.close()
    record.close()


BILLED = """
[[objective]]
id = "billed"
of = "api"
target = "99.9"
period = "billing-month"
billing_day = 15
[[objective.remedy]]
flat = "5"
cap = [{ percent = "5", over = "quarter", of = "base" }]
"""


def test_a_billing_month_is_named_by_its_first_day_and_not_taken_for_a_day(tmp_path: Path) -> None:
    """Its statement is over the whole of it, is not closed before it is, and what a sealed one granted counts for a cap."""
    record = recorded(tmp_path, observations("xxxx"))
    versions = terms(BILLED)
    period = named(versions, "2026-01-15")
    assert (period.span.start, period.span.end) == (at("2026-01-15T00:00"), at("2026-02-15T00:00"))
    first = named(versions, "2025-12-15")
    assert rule_of(versions, first).holding(first.span.start) == first
    made = document(Settlement(versions, record.reader, START + 9).made(first))
    assert not made["closed"]
    sealed = document(Settlement(versions, record.reader, first.span.end).made(first))
    assert sealed["objectives"][0]["remedies"][0]["number"] == "5"
    desk = open_desk(f"sqlite:///{tmp_path}/meetlat.db", Clock())
    desk.seal("acme", first.label, sealed)
    facts = Settlement(versions, record.reader, at("2026-02-15T00:00")).facts(period)
    assert [(each.period, each.span, each.give) for each in facts.granted] == [("2025-12-15", first.span, Fraction(5))]
    desk.close()
    record.close()
