"""Time without data that the terms count as down: an outage like any other."""

from __future__ import annotations

from typing import Any

import pytest
from calculated import DAY, HEAD, HOUR, at, objective, reading

from monitor.sla.document import document
from monitor.sla.facts import Count, Facts, Piece
from monitor.sla.statement import statement
from monitor.timeline.period import Period
from monitor.timeline.span import Span

JUNE = at("2026-06-01T00:00")
TERMS = """
[[objective]]
id = "uptime"
of = "api"
target = "99"
also = {{ single_outage_over = "4h" }}
[objective.measure]
no_data = "{policy}"
{more}
[[objective.remedy]]
per = "incident"
flat = "5"
"""


def pieces(*drawn: tuple[int, int, str]) -> dict[str, list[Piece]]:
    """States of api by the hour of the month."""
    return {"api": [Piece(Span(JUNE + a * HOUR, JUNE + b * HOUR), severity) for a, b, severity in drawn]}


def outages(found: dict[str, Any]) -> list[tuple[int, int, int]]:
    """The outages that count: first and last hour of the month, and the hours of it that are down."""
    return [
        ((at(each["start"]) - JUNE) // HOUR, (at(each["end"]) - JUNE) // HOUR, each["down_seconds"] // HOUR)
        for each in found["outages"]
    ]


SILENCE = pieces((10, 15, "unknown"))
BROKEN_OFF = pieces((10, 12, "down"), (12, 17, "unknown"))


@pytest.mark.parametrize(
    ("policy", "drawn", "right", "verdict"),
    [
        ("down", SILENCE, [(10, 15, 5)], "missed"),
        ("down", BROKEN_OFF, [(10, 17, 7)], "missed"),
        ("hold", SILENCE, [], "met"),
        ("hold", BROKEN_OFF, [(10, 17, 7)], "missed"),
        ("up", BROKEN_OFF, [(10, 12, 2)], "met"),
        ("exclude", BROKEN_OFF, [(10, 12, 2)], "met"),
    ],
)
def test_silence_that_counts_as_down_is_an_outage(
    policy: str, drawn: dict[str, list[Piece]], right: list[tuple[int, int, int]], verdict: str
) -> None:
    """It is paid per incident, begins an outage or makes it longer, and is too long at once like one that was seen."""
    found = objective(TERMS.format(policy=policy, more=""), pieces=drawn)
    assert outages(found) == right
    assert found["verdict"] == verdict
    assert found["remedies"][0]["number"] == str(5 * len(right))


def test_silence_shorter_than_the_minimum_does_not_count() -> None:
    """An hour without data is down under these terms, but an outage of an hour is none; the hour is forgiven by that clause."""
    found = objective(
        TERMS.format(policy="down", more='min_outage = "2h"'), pieces=pieces((10, 11, "unknown"), (20, 22, "unknown"))
    )
    assert outages(found) == [(20, 22, 2)]
    assert found["down_seconds"] == 2 * HOUR
    assert [e["clause"] for e in found["ledger"] if e["treatment"] == "forgiven"] == ["measure.min_outage"]


def test_only_what_is_over_the_minimum_counts_of_silence_too() -> None:
    """Of two hours that were seen and five that were not, the first three do not count when all of it is down by the terms."""
    more = 'min_outage = "3h"\nmin_outage_counts = "excess"'
    assert outages(objective(TERMS.format(policy="down", more=more), pieces=BROKEN_OFF)) == [(13, 17, 4)]


def test_what_silence_could_have_been_is_between_the_bounds() -> None:
    """Five hours of silence count as down; at best they were up, and at worst they are what they count as."""
    bounds = objective(TERMS.format(policy="down", more=""), pieces=SILENCE)["bounds"]
    assert bounds["best"]["exact"] == "1/1"
    assert bounds["worst"]["exact"] == "143/144"


def test_requests_that_nobody_made_are_no_silence() -> None:
    """A slice without requests is what the terms say of such slices, also where silence of the probes counts as down."""
    terms = TERMS.format(
        policy="down", more='method = "bad-slices"\nslice = "1h"\nbad_slice = { error_rate_over = "5" }'
    )
    terms = terms.replace("[[objective.remedy]]", 'empty_slice = "exclude"\n[[objective.remedy]]')
    requests = [0 if n == 7 else 10 for n in range(720)]
    counts = {"api": tuple(Count(JUNE + n * HOUR, total, total) for n, total in enumerate(requests))}
    found = objective(terms, counts=counts)
    assert (outages(found), found["down_seconds"], found["counted_seconds"]) == ([], 0, 719 * HOUR)


def test_what_is_still_to_come_is_no_silence() -> None:
    """On the tenth of June the twenty days after it are not down, although silence is; an outage that goes on ends there."""
    (terms,) = reading(HEAD.format(zone="UTC") + TERMS.format(policy="down", more="")).versions
    now = JUNE + 9 * DAY
    line = (Piece(Span(JUNE, now - 2 * HOUR), "up"), Piece(Span(now - 2 * HOUR, now), "unknown"))
    made = document(statement(terms, Period("2026-06", "UTC", Span(JUNE, JUNE + 30 * DAY)), Facts({"api": line}), now))
    (found,) = made["objectives"]
    assert (found["down_seconds"], found["counted_seconds"]) == (2 * HOUR, 9 * DAY)
    assert outages(found) == [(214, 216, 2)]
