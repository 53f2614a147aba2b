"""What the command refuses, with words that say where to look; nothing that anybody writes makes it fail otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from told import FEE, HOUR, agreement, promise, ran, refused, told, value

FLAT = 'flat = "10"'
PLAIN = agreement(promise(FLAT))
ONCE = '[[calendar]]\nid = "once"\nshifts = [{ date = 2026-01-05, open = ["09:00-15:00"] }]\n'
OFFICE = '[[calendar]]\nid = "office"\nmon = ["09:00-17:00"]\ntue = ["09:00-17:00"]\n'
TICKETS = """
[[objective]]
id = "fix"
metric = "resolution"
clock = "{clock}"
pause_on = ["on-hold"]
targets = [{{ priority = "P1", within = "4h" }}]
period = "calendar-month"
target = "95"
"""


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "outages",
            "component,start,end,state,state\napi,2026-06-10T10:00Z,2026-06-10T11:00Z,down,up",
            "state: stands",
        ),
        (
            "outages",
            "api,0001-01-01T00:00+14:00,2026-06-10T11:00Z",
            "line 2: start: '0001-01-01T00:00+14:00' is out of",
        ),
        ("outages", "api,2026-06-10T11:00Z,9999-12-31T23:59-14:00", "line 2: end: '9999-12-31T23:59-14:00' is out of"),
        ("outages", f"{'a' * 200_000},2026-06-10T10:00Z,2026-06-10T11:00Z", "field larger than"),
        ("outages", "component,start,end,affected\napi,2026-06-10T10:00Z,2026-06-10T11:00Z,10%", "affected: '10%'"),
        ("fees", "api,2026-06,1e3", "line 2: amount: '1e3' is not an exact number"),
        ("fees", "api,2026-06,-5", "line 2: amount: '-5' is not an exact number"),
        ("counts", "api,2026-06-10T10:00Z,x,3", "line 2: good: 'x' is not a whole number"),
        ("counts", f"api,2026-06-10T10:00Z,{'9' * 5000},3", "line 2: good: '9999"),
        ("granted", "uptime,credit,api,2026-05,ten,", "line 2: give: 'ten'"),
    ],
)
def test_a_table_is_refused_with_its_line_and_column(tmp_path: Path, name: str, text: str, said: str) -> None:
    """Columns that stand there twice, times that no zone knows and numbers that are not exact."""
    assert said in refused(tmp_path, PLAIN, **{name: text})


def test_all_rows_that_are_wrong_are_told_at_once(tmp_path: Path) -> None:
    """A row with a value too many does not hide what is wrong with the others."""
    said = refused(
        tmp_path, PLAIN, outages="api,noon,2026-06-10T11:00Z\na,b,c,d,e,f,g\nweb,2026-06-10T10:00Z,2026-06-10T11:00Z"
    )
    assert [f"line {line}:" in said for line in (2, 3, 4)] == [True, True, True]


@pytest.mark.parametrize(
    "options", [("--term-end", "never"), ("--term-end", "2026-02-30"), ("--down", "forever"), ("--down", "0s")]
)
def test_an_option_that_makes_no_sense_is_refused(tmp_path: Path, options: tuple[str, str]) -> None:
    """The message repeats what was given."""
    assert f"{options[1]!r}" in refused(tmp_path, PLAIN, *options)


def test_a_table_of_windows_reads_the_same(tmp_path: Path) -> None:
    """With a byte order mark and CRLF, as spreadsheets write it."""
    rows = f"\ufeffcomponent,start,end\r\n{HOUR}\r\n\r\n"
    (tmp_path / "acme.toml").write_text(PLAIN)
    (tmp_path / "rows.csv").write_bytes(rows.encode())
    found = told(tmp_path, PLAIN, "2026-06", "--outages", str(tmp_path / "rows.csv"), fees=FEE)
    assert value(found["objectives"], "0.remedies.0.amount") == "10.00"


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (agreement(TICKETS.format(clock="once") + ONCE), "objective[0].clock: the calendar 'once' opens on single"),
        (agreement(promise(FLAT) + ONCE, claim='[claim]\nsubmit = { within = 5, unit = "business-days", from = "period-end", '
                   'calendar = "once" }'), "claim.submit.calendar: the calendar 'once' opens on single"),
        (agreement(promise(FLAT), claim='[claim]\nautomatic = true\nexpires = "soon"'), "claim.expires: allowed"),
        (agreement(promise('kind = "penalty"\nper = "day"\nflat = "60"\ncap = [{ percent = "60", over = "day" }]')),
         "objective[0].remedy[0].cap: a penalty needs a cap below 100"),
        (agreement(promise('kind = "extension"\nunit = "days"\nflat = "3"\npay_if_over = { money = "1" }')),
         "objective[0].remedy[0].pay_if_over"),
        (agreement(promise('unit = "hours-of-fee"\nflat = "4"\nmonth_hours = "0"')), "objective[0].remedy[0].month_hours"),
    ],
)  # fmt: skip
def test_terms_that_could_not_be_kept_are_refused(tmp_path: Path, terms: str, said: str) -> None:
    """Clocks that would stand still for good, credits that lapse at no time, and a penalty that may add up to a full refund."""
    assert said in refused(tmp_path, terms)


def test_a_ticket_that_rests_on_hold_is_not_due(tmp_path: Path) -> None:
    """While it waits for the customer its clock stands still; once it is solved it counts, in time."""
    terms = agreement(TICKETS.format(clock="office") + OFFICE)
    rows = "t1,2026-06-01T09:00Z,created,P1\nt1,2026-06-01T10:00Z,on-hold,"
    assert value(told(tmp_path, terms, tickets=rows)["objectives"], "0.verdict") == "not-applicable"
    solved = told(tmp_path, terms, tickets=rows + "\nt1,2026-06-20T10:00Z,resolved,")["objectives"]
    assert value(solved, "0.requests") == {"good": 1, "total": 1}


def test_contract_years_are_counted_from_the_first_version(tmp_path: Path) -> None:
    """New terms from March do not move the year that a contract of January began."""
    first, second = (
        agreement(promise(FLAT, period="contract-year"), since=since) for since in ("2025-01-15", "2026-03-01")
    )
    result = ran(tmp_path, {"first.toml": first, "second.toml": second}, "2026-06")
    assert '"start": "2026-01-15T00:00:00Z"' in result.output


def test_nothing_is_to_be_claimed_where_nothing_is_due(tmp_path: Path) -> None:
    """A month that met its target has no deadline for a claim."""
    terms = agreement(promise(FLAT), claim='[claim]\nsubmit = { within = 30, unit = "days", from = "period-end" }')
    key = "0.remedies.0.claim.submit_by"
    assert value(told(tmp_path, terms)["objectives"], key) is None
    assert value(told(tmp_path, terms, outages=HOUR)["objectives"], key) == "2026-07-30"


def test_a_second_miss_is_found_without_a_trigger(tmp_path: Path) -> None:
    """Ten days from the second miss: the first was in March, the second is in June; a miss alone has none."""
    terms = agreement(promise(FLAT), claim='[claim]\nsubmit = { within = 10, unit = "days", from = "second-miss" }')
    march = "\napi,2026-03-10T10:00Z,2026-03-10T11:00Z"
    key = "0.remedies.0.claim.submit_by"
    assert value(told(tmp_path, terms, outages=HOUR + march)["objectives"], key) == "2026-07-10"
    assert value(told(tmp_path, terms, outages=HOUR)["objectives"], key) is None


def test_all_that_is_wrong_with_an_agreement_is_told_at_once(tmp_path: Path) -> None:
    """What is no number, what is not there, and what does not fit together: one reading finds all of it, and nothing that follows
    from another fault."""
    body = promise('kind = "penalty"\nflat = 10.5\nunit = "procent"', target="101", more='hours = "nope"')
    second = promise('tiers = [{ below = "99.9", give = 5.5 }]\nchoice_group = "A"').replace('"uptime"', '"other"')
    third = promise(FLAT).replace('"uptime"', '"other"').replace('target = "99.9"\n', "")
    said = refused(
        tmp_path,
        agreement(body + second + third, zone="Mars/Base", claim='[claim]\nfoo = 1\nsettle = "cash"\nautomatic = true'),
    )
    assert sorted(line.split(": ")[1] for line in said.splitlines() if line) == [
        "agreement.timezone",
        "claim.foo",
        "claim.settle",
        "claim.settle",
        "objective",
        "objective[0].hours",
        "objective[0].remedy[0].cap",
        "objective[0].remedy[0].flat",
        "objective[0].remedy[0].unit",
        "objective[0].target",
        "objective[1].remedy[0].choice_group",
        "objective[1].remedy[0].tiers[0].give",
        "objective[2].target",
    ]
