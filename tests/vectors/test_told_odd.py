"""Tables and options as they come out of spreadsheets and fingers: read for what they say or refused, and nothing gets lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from told import HOUR, agreement, promise, refused, told, value

from monitor.commands.budget import command as budget

TERMS = agreement(promise('flat = "10"'))
API = "api{0}2026-06-10T10:00Z{0}2026-06-10T11:00Z"
DOWN = "objectives.0.down_seconds"


@pytest.mark.parametrize(
    "rows",
    [
        "component;start;end\n" + API.format(";"),
        "component\tstart\tend\n" + API.format("\t"),
        "component , start , end\n" + API.format(" , "),
        'component,start,end\n"api","2026-06-10T10:00Z","2026-06-10T11:00Z"\n',
        "component,start,end,state\n" + API.format(",") + "\n",
        "component,start,end\n" + API.format(",") + "\n,,\n\n" + API.format(",") + "\n",
        "end,component,start\n2026-06-10T13:00+02:00,api,2026-06-10T12:00+02:00\n",
        "component,start,end\napi,2026-06-10T10:00Z,2026-06-10T10:40Z\napi,2026-06-10T10:20Z,2026-06-10T11:00Z\n",
    ],
    ids=["semicolons", "tabs", "spaces", "quotes", "short row", "empty and double rows", "other order", "overlap"],
)
def test_one_hour_however_it_is_written(tmp_path: Path, rows: str) -> None:
    """Separators, spaces, quotes, empty rows, rows that stand there twice and rows that overlap: an hour is an hour."""
    (tmp_path / "rows.csv").write_text(rows)
    assert value(told(tmp_path, TERMS, "2026-06", "--outages", str(tmp_path / "rows.csv")), DOWN) == 3600


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            "component,start,end\napi,2026-06-10T11:00Z,2026-06-10T10:00Z",
            "line 2: end: '2026-06-10T10:00Z' is not after",
        ),
        (
            "component,start,end\napi,2026-06-10T10:00Z,2026-06-10T10:00Z",
            "line 2: end: '2026-06-10T10:00Z' is not after",
        ),
        ("component,start,end\napi,2026-06-10T10:00,2026-06-10T11:00Z", "'2026-06-10T10:00' has no zone; add Z"),
        ("component,start,end\napi,2026-06-10,2026-06-11", "'2026-06-10' has no zone"),
        ("component,start,end\napi,2026-06-10T10:00:00.5Z,2026-06-10T11:00Z", "has a part of a second"),
        ("component,start,end\napi,2026-06-10T10:00Z", "line 2: end: '' is not a time"),
        ('component,start,end\napi,"2026-06-10T10:00Z,2026-06-10T11:00Z\n', "line 2: unexpected end of data"),
        ('component,"start,end\n', "line 1: unexpected end of data"),
        ("component,start,end\n api,2026-06-31T10:00Z,2026-07-01T11:00Z", "'2026-06-31T10:00Z' is not a time"),
        ("Component,Start,End\n" + HOUR, "component: missing column"),
        ("", "component: missing column"),
        ("component,start,end,state\n" + HOUR + ",broken", "state: 'broken' is not one of: down, partial"),
    ],
)
def test_what_cannot_be_an_outage_is_refused_by_its_line(tmp_path: Path, rows: str, said: str) -> None:
    """An end before its start, half a moment, a time without zone, a quote that never closes."""
    (tmp_path / "rows.csv").write_text(rows)
    assert said in refused(tmp_path, TERMS, "--outages", str(tmp_path / "rows.csv"))


def test_rows_outside_the_period_are_told(tmp_path: Path) -> None:
    """Somebody who mistook the month is not left with a clean statement and no word."""
    july = HOUR.replace("-06-", "-07-")
    found = told(tmp_path, TERMS, outages=f"{HOUR}\n{july}\n{july}")
    assert value(found, DOWN) == 3600
    assert [note for note in found["warnings"] if "outside" in note] == [
        "1 outages or windows lie outside the period: they count where the terms look back, and not in it"
    ]
    assert not [note for note in told(tmp_path, TERMS, outages=HOUR)["warnings"] if "outside" in note]


def test_the_larger_of_two_shares_holds_in_any_order(tmp_path: Path) -> None:
    """Half of the customers were hit, and in the same hour a tenth: half of the hour counts whichever row comes first."""
    terms = agreement(promise('flat = "10"', more="[objective.measure]\naffected_share = true\n"))
    rows = [f"{HOUR},{share}" for share in ("0.5", "0.1")]
    for order in (rows, rows[::-1]):
        found = told(tmp_path, terms, outages="component,start,end,affected\n" + "\n".join(order))
        assert value(found, DOWN) == 1800


def asked(*options: str) -> Result:
    """The command that needs no agreement."""
    return CliRunner().invoke(budget, list(options))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--target", "99,9"), "--target: '99,9' is not an exact number"),
        (("--target", "0"), "--target: '0' allowed is more than 0"),
        (("--target", "101"), "--target: '101' allowed is at most 100"),
        (("--target", "99.9", "--normal", "99"), "the target must lie above"),
        (("--target", "99.9", "--during", "x"), "--during: 'x' is not an exact number"),
        (("--serial", "99.9,,"), "--serial: '' is not an exact number"),
        (("--parallel", "1/3"), "--parallel: '1/3' is not a percentage"),
        (("--serial", "99", "--parallel", "99"), "give --serial or --parallel, not both"),
        ((), "give an AGREEMENT"),
    ],
)
def test_a_budget_of_what_is_no_percentage_is_refused(options: tuple[str, ...], said: str) -> None:
    """The message names the option and repeats what was given."""
    result = asked(*options)
    assert result.exit_code == 2
    assert said in result.output


def test_a_budget_reads_zero_however_it_is_written() -> None:
    """30 days at 99.9 % leave 2592 s when nothing works in an outage."""
    for during in ("0", "0.0", " 0"):
        assert "43m 12s in a month of 30 days" in asked("--target", " 99.9", "--during", during).output
