"""``/metrics``: read back by a strict reader of OpenMetrics text."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from drawn import START, STEP
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from shown import SECOND, client

from statuspage.api.ids import public_id
from statuspage.api.metrics import Family, decimal, exposition

NAME = re.compile("[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"')
NUMBER = re.compile(r"-?\d+(\.\d+)?")
SUFFIXES = {"gauge": [""], "stateset": [""], "counter": ["_total", "_created"]}
Samples = dict[tuple[str, frozenset[tuple[str, str]]], Decimal]


def parsed(text: str) -> Samples:
    """Every sample. AssertionError for anything that the format does not allow."""
    assert text.endswith("# EOF\n")
    found: Samples = {}
    seen: set[str] = set()
    family = kind = ""
    for line in text.removesuffix("# EOF\n").splitlines():
        if line.startswith("# TYPE "):
            _, _, family, kind = line.split(" ")
            assert NAME.fullmatch(family), family
            assert family not in seen, "a family stands in one place"
            assert not family.endswith(("_total", "_created"))
            seen.add(family)
        elif line.startswith("# HELP "):
            assert line.split(" ")[2] == family
        else:
            name, labels, value = _sample(line)
            assert name.removeprefix(family) in SUFFIXES[kind], line
            assert kind != "stateset" or (family in dict(labels) and value in (0, 1)), line
            key = (name, frozenset(labels))
            assert key not in found, "each sample once"
            found[key] = value
    return found


def _sample(line: str) -> tuple[str, list[tuple[str, str]], Decimal]:
    name = NAME.match(line)
    assert name, line
    rest = line[name.end() :]
    labels: list[tuple[str, str]] = []
    if rest.startswith("{"):
        rest = rest[1:]
        while label := LABEL.match(rest):
            text = re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), label[2])
            labels.append((label[1], text))
            rest = rest[label.end() :].removeprefix(",")
        assert rest.startswith("}"), line
        rest = rest[1:]
    assert len(dict(labels)) == len(labels), line
    assert NUMBER.fullmatch(rest[1:]), line
    assert rest[0] == " "
    return name[0], labels, Decimal(rest[1:])


def scraped(site: FlaskClient) -> Samples:
    """What a monitoring system reads."""
    answer = site.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    return parsed(answer.text)


def one(samples: Samples, metric: str, **labels: str) -> Decimal:
    """The only sample of that name with these labels."""
    (value,) = [value for (name, found), value in samples.items() if name == metric and labels.items() <= set(found)]
    return value


@pytest.mark.parametrize(
    ("drawing", "state"),
    [("....", "operational"), ("..ddd", "degraded"), ("..ccc", "down"), ("..??", "unknown"), ("", "unknown")],
)
def test_a_component_is_in_one_state(tmp_path: Path, drawing: str, state: str) -> None:
    """One of four is 1, the others are 0."""
    samples = scraped(client(tmp_path, drawing, more=SECOND))
    states = {
        dict(labels)["meetlat_component_state"]: value
        for (name, labels), value in samples.items()
        if name == "meetlat_component_state" and ("component", "api") in labels
    }
    assert states == {each: int(each == state) for each in ("operational", "degraded", "unknown", "down")}


def test_what_the_probes_said_is_counted(tmp_path: Path) -> None:
    """Since midnight UTC, by outcome, with how long the newest took; the name of the probe is not told."""
    samples = scraped(client(tmp_path, "..ccxd?."))
    probe = public_id("probe", "api-health")
    for outcome, count in (("pass", 3), ("fail", 3), ("degraded", 1), ("unknown", 1)):
        labels = {"component": "api", "probe": probe, "location": "local", "outcome": outcome}
        assert one(samples, "meetlat_observations_total", **labels) == count
        assert one(samples, "meetlat_observations_created", **labels) == START
    assert one(samples, "meetlat_last_duration_seconds", probe=probe) == Decimal("0.02")
    assert one(samples, "meetlat_newest_observation_timestamp_seconds") == START + 7 * STEP


def test_the_counters_begin_anew_each_day(tmp_path: Path) -> None:
    """At midnight UTC, and they say so."""
    samples = scraped(client(tmp_path, "." * 4, later=86_400))
    assert not [name for name, _ in samples if name == "meetlat_observations_total"]


def test_the_running_period_of_each_objective(tmp_path: Path) -> None:
    """The figure of the statement, what was promised, and the counted downtime."""
    site = client(tmp_path, "....ccc....")
    samples = scraped(site)
    (found,) = site.get("/sla/acme/2026-01.json").get_json()["objectives"]
    labels = {"agreement": "acme", "objective": "uptime", "component": "api", "period": "2026-01"}
    share = Fraction(found["availability"]["exact"])
    assert one(samples, "meetlat_objective_ratio", **labels) == Decimal(decimal(share))
    assert one(samples, "meetlat_objective_target_ratio", **labels) == Decimal("0.999")
    assert one(samples, "meetlat_objective_down_seconds", **labels) == found["down_seconds"] == 180


@given(st.fractions(0, 10**9))
def test_figures_are_cut(amount: Fraction) -> None:
    """Never more than was measured, and less than a billionth below it."""
    assert 0 <= amount - Fraction(decimal(amount)) < Fraction(1, 10**9)


@given(st.text(max_size=30))
def test_any_text_is_a_label(value: str) -> None:
    """Quotes, backslashes and new lines come back as they were."""
    clean = "".join(
        c for c in value if not 0xD800 <= ord(c) < 0xE000 and c not in "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
    )
    samples = parsed(exposition([Family("x", "gauge", "about", (("", {"a": clean}, "1"),))]))
    assert list(samples) == [("x", frozenset({("a", clean)}))]
