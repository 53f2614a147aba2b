"""What the steps of a statement say, and what an earlier period may and may not change."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from calculated import DAY, HOUR, at, computed, faults, month, objective, reading, terms

from monitor.sla.document import document
from monitor.sla.facts import Count, Facts, Granted, Piece, Share, Ticket, TicketEvent, Window, drawn
from monitor.sla.statement import reach, statement
from monitor.timeline.period import Period
from monitor.timeline.span import Span

JUNE = at("2026-06-01T00:00")
YEAR = [f"2025-{n:02d}" for n in range(7, 13)] + [f"2026-{n:02d}" for n in range(1, 7)]
TARGET = '[[objective]]\nid = "uptime"\nof = "api"\ntarget = "99.9"\n'
SUPPORT = """
[[objective]]
id = "{name}"
metric = "response"
clock = "24x7"
target = "95"
targets = [{{ priority = "P1", within = "1h" }}]
[[objective.remedy]]
id = "credit"
tiers = [{{ below = "95", give = "10" }}]
cap = [{{ percent = "15", over = "12-months" }}]
"""


def step(found: dict[str, Any], word: str) -> dict[str, str] | None:
    """The values of the only step of that word; None when there is none."""
    values = [each["values"] for each in found["steps"] if each["word"] == word]
    assert len(values) <= 1, values
    return values[0] if values else None


def test_requests_are_told_where_requests_were_counted() -> None:
    """Good ones of all; time is told where time was counted, and never both."""
    counts = {"api": (Count(JUNE, 9, 10),)}
    by_events = objective(TARGET + '[objective.measure]\nmethod = "events"\n', counts=counts)
    assert step(by_events, "events") == {"good": "9", "requests": "10"}
    assert step(by_events, "counted") is None
    by_time = objective(TARGET, seconds=60)
    assert step(by_time, "counted") == {"counted": str(30 * DAY), "down": "60"}
    assert step(by_time, "events") is None


def test_why_there_is_no_figure_is_told() -> None:
    """Fewer requests than the terms need, or nothing that was counted: one or the other.
    Where no requests were brought at all the probes are the evidence, and there is one."""
    few = objective(
        TARGET + '[objective.measure]\nmethod = "events"\nmin_requests = 11\n', counts={"api": (Count(JUNE, 9, 10),)}
    )
    assert step(few, "few-requests") == {"requests": "10", "least": "11"}
    assert step(few, "no-figure") is None
    slices = 'method = "bad-slices"\nslice = "1m"\nbad_slice = { error_rate_over = "5" }\nmin_requests = 2000\n'
    probed = objective(f"{TARGET}[objective.measure]\n{slices}", seconds=3600)
    assert (step(probed, "no-counts"), probed["verdict"], probed["down_seconds"]) == ({}, "missed", 3600)
    silent = objective(TARGET, pieces={"api": [Piece(month("2026-06"), "unknown")]})
    assert step(silent, "no-figure") == {}
    assert step(silent, "few-requests") is None
    assert (few["verdict"], silent["verdict"]) == ("undetermined", "undetermined")


def test_the_figure_without_a_label_is_told_where_there_is_one() -> None:
    """As a percentage that is cut; a dash where without the label there would be none."""
    text = TARGET + '[[objective.exclude]]\nkind = "force-majeure"\ntreat = "forgive"\n'
    hour = Span(JUNE, JUNE + HOUR)
    label = Window("api", hour, "force-majeure", is_label=True, by="J", why="flood")
    found = objective(text, [hour], windows=[label])
    told = step(found, "labelled")
    assert told
    assert (told["by"], told["why"], told["without"]) == ("J", "flood", "99.861")
    assert found["availability"]["exact"] == "1/1"
    dated = objective(text, [hour], windows=[replace(label, announced=JUNE + 2 * HOUR)])
    assert step(dated, "labelled-at") == told | {"at": "2026-06-01T02:00:00Z"}, "and when it was said"


def test_what_was_granted_for_one_objective_is_not_spent_for_another() -> None:
    """A cap over twelve months looks at the credits of its own objective: of two that were both missed, each has its own."""
    start = month("2026-05")
    given = Granted("first", "credit", "", "2026-05", start, Fraction(10), None)
    late = Ticket("t", (TicketEvent(JUNE, "created", "P1"), TicketEvent(JUNE + 2 * HOUR, "human-reply")))
    versions = terms(SUPPORT.format(name="first") + SUPPORT.format(name="second"))
    made = computed(versions, tickets=[late], granted=[given], fees=dict.fromkeys(YEAR, "1200"))
    first, second = (each["remedies"][0] for each in made["objectives"])
    assert (first["amount"], second["amount"]) == ("120.00", "120.00")
    spent = Granted("first", "credit", "", "2026-05", start, Fraction(175), None)
    made = computed(versions, tickets=[late], granted=[spent], fees=dict.fromkeys(YEAR, "1200"))
    first, second = (each["remedies"][0] for each in made["objectives"])
    assert first["amount"] == "60.00"
    assert second["amount"] == "120.00"


def test_the_facts_that_a_yearly_maximum_needs_begin_with_its_year() -> None:
    """One exclusion with a maximum over the year is enough, whatever the others say."""
    text = TARGET + (
        '[[objective.exclude]]\nkind = "maintenance"\ntreat = "forgive"\nmax = "10h"\nmax_per = "calendar-year"\n'
        '[[objective.exclude]]\nkind = "force-majeure"\ntreat = "forgive"\n'
    )
    period = Period("2026-06", "UTC", month("2026-06"))
    assert reach(terms(text), period) <= at("2026-01-01T00:00")
    given = '[[objective.remedy]]\nflat = "10"\n'
    assert reach(terms(TARGET + given), period) > at("2026-04-01T00:00")
    assert reach(terms(TARGET), period) == at("2026-04-01T00:00")


@pytest.mark.parametrize(
    ("months", "told"),
    [(("06",), None), (("05", "06"), "2"), (("04", "06"), "2"), (("03", "06"), None), (("04", "05", "06"), "3"),
     (("04", "05"), None)],
)  # fmt: skip
def test_too_many_misses_without_a_remedy_are_a_reason_to_review(months: tuple[str, ...], told: str | None) -> None:
    """A KPI that was missed in two or three of the last three months; where something is given for it, that speaks for itself."""
    down = [Span(at(f"2026-{each}-02T00:00"), at(f"2026-{each}-03T00:00")) for each in months]
    found = objective(TARGET + "kpi = true\n", down)
    assert step(found, "review") == (told and {"misses": told, "periods": "3"})
    assert step(objective(TARGET + '[[objective.remedy]]\nflat = "10"\n', down), "review") is None


def test_tickets_that_are_late_month_after_month_are_a_reason_to_review() -> None:
    """Without a remedy, in May and in June; the record begins in May."""
    late = [
        Ticket(str(n), (TicketEvent(start, "created", "P1"), TicketEvent(start + 2 * HOUR, "human-reply")))
        for n, start in enumerate((JUNE - 9 * DAY, JUNE))
    ]
    text = SUPPORT.format(name="fix").partition("[[objective.remedy]]")[0]
    assert step(objective(text, tickets=late), "review") == {"misses": "2", "periods": "2"}


TWICE = '[[objective.remedy]]\nid = "credit"\ntiers = [{ below = "99.9", give = "10" }]\nwhen = { consecutive = 2 }\n'


def test_a_miss_from_before_another_component_was_known_is_a_miss() -> None:
    """Api was missed in May and in June; that nothing is known of web before June takes nothing from it."""
    lines = {
        "web": drawn(Span(JUNE, JUNE + 30 * DAY), []),
        "api": drawn(
            Span(JUNE - 31 * DAY, JUNE + 30 * DAY), [Piece(Span(at, at + DAY), "down") for at in (JUNE - DAY, JUNE)]
        ),
    }
    text = f"[version]\neffective_from = 2026-01-01\n{TARGET}{TWICE}{TARGET.replace('uptime', 'site').replace('api', 'web')}"
    period = Period("2026-06", "UTC", month("2026-06"))
    made = document(statement(terms(text), period, Facts(lines), JUNE + 30 * DAY))
    assert made["objectives"][0]["remedies"][0]["give"] == "10 percent"


def test_the_share_of_customers_that_was_hit_is_told() -> None:
    """Ten percent, and of these a quarter: what it was before and what it is after."""
    text = TARGET + '[[objective.remedy]]\nflat = "10"\naffected = true\n'
    hit = Share("api", Span(JUNE, JUNE + DAY), Fraction(1, 4))
    (remedy,) = objective(text, seconds=DAY, shares=[hit])["remedies"]
    assert step(remedy, "affected") == {"share": "0.25", "before": "10", "after": "2.5"}


@pytest.mark.parametrize(("policy", "gives"), [("down", True), ("exclude", False), ("up", False)])
def test_time_before_the_record_was_missed_only_where_silence_counts_as_down(policy: str, gives: bool) -> None:
    """Two misses in a row: of the month ahead of the record only the terms can say that it was one."""
    text = f'[version]\neffective_from = 2026-05-01\n{TARGET}[objective.measure]\nno_data = "{policy}"\n{TWICE}'
    line = drawn(Span(JUNE, JUNE + 40 * DAY), [Piece(Span(JUNE, JUNE + DAY), "down")])
    period = Period("2026-06", "UTC", month("2026-06"))
    made = document(statement(terms(text), period, Facts({"api": line}), JUNE + 40 * DAY))
    (found,) = made["objectives"]
    assert found["verdict"] == "missed"
    assert (found["remedies"][0]["give"] != "0 percent") is gives


def test_a_credit_is_of_the_fee_that_its_base_names() -> None:
    """Of a component, of a twelfth of the year, of the whole agreement: ten percent of each."""
    tier = 'tiers = [{ below = "99.9", give = "10" }]\n'

    def amount(base: str, **fees: str) -> str | None:
        text = f'{TARGET}[[objective.remedy]]\nid = "credit"\nbase = "{base}"\n{tier}'
        found: str | None = objective(text, seconds=DAY, fees=fees)["remedies"][0]["amount"]
        return found

    assert amount("component-period", **{"api|2026-06": "100"}) == "10.00"
    assert amount("annual/12", **{"2026": "1200"}) == "10.00"
    assert amount("agreement-period", **{"2026-06": "100"}) == "10.00"
    assert amount("annual/12", **{"2026": "1200"}) == "10.00"


def test_the_fee_of_everything_is_not_that_of_one_component() -> None:
    """Of an agreement for web and api the price of both together says nothing of api's: no amount, only ten percent."""
    text = TARGET + '[[objective.remedy]]\nflat = "10"\n' + TARGET.replace("uptime", "site").replace("api", "web")
    found = computed(terms(text), seconds=DAY, fees={"2026-06": "100"})["objectives"][0]["remedies"][0]
    assert (found["give"], found["amount"]) == ("10 percent", None)


def test_an_agreement_with_a_customer_names_it() -> None:
    """One that does is right, one that does not is told so; one with everybody names nobody."""

    def wrong(kind: str) -> list[str]:
        text = f'[agreement]\nid = "acme"\ntimezone = "UTC"\n{kind}\n{TARGET}'
        return [each.path for each in reading(text).faults]

    assert wrong('kind = "customer"\ncustomers = ["globex"]') == []
    assert wrong('kind = "customer"') == ["agreement.customers"]
    assert wrong('kind = "service"') == []


def test_bands_of_two_kinds_are_not_compared() -> None:
    """Some on availability beside some on time down: nobody could say which is deeper."""
    mixed = 'tiers = [{ below = "99.9", give = "10" }, { down_over = "2h", give = "20" }]\n'
    assert any("tiers" in each for each in faults(f'{TARGET}[[objective.remedy]]\nid = "credit"\n{mixed}'))
    plain = 'tiers = [{ below = "99.9", give = "10" }, { below = "99.0", give = "20" }]\n'
    assert faults(f'{TARGET}[[objective.remedy]]\nid = "credit"\n{plain}') == []
