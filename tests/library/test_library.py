"""The library of published agreements: each file can be used as it is, warns of what its original leaves open, and gives what
the contract says, by cases that were worked out by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import pytest
from calculated import computed, objective

from library import dutch, edge, hosting, hyperscalers, models, platforms, suites
from library.row import LIBRARY, Row, lasting
from monitor.agreements import read_file
from monitor.sla.statement import Versions

FILES = sorted(LIBRARY.glob("*.toml"))
ROWS = [*hyperscalers.ROWS, *edge.ROWS, *hosting.ROWS, *dutch.ROWS, *platforms.ROWS, *suites.ROWS, *models.ROWS]

CONTRADICTS = {
    "8x8": "objective[0].remedy[0].greater_of[0].tiers",
    "gmail-isp": "objective[0].remedy[0].tiers",
    "splunk-cloud": "objective[0].remedy[0].tiers",
}
NO_DEADLINE = """
8x8 adyen airtable arcustech aws-route53-arc busign cloudflare-enterprise docusign earthly expert-systems hosting-king hubspot
leaseweb-cloud linode mailgun netcode-electricity new-relic onelogin sap servicenow slack slack-2016 slack-2019 snowflake
transip-vps uniplex vultr wavelength workday
"""


@lru_cache
def versions(agreement: str) -> Versions:
    """An agreement of the library."""
    return read_file(LIBRARY / f"{agreement}.toml")[0]


def begun(agreement: str, since: date) -> Versions:
    """An agreement as of the day on which a customer's service began."""
    newest = versions(agreement).newest
    return Versions((replace(newest, version=replace(newest.version, effective_from=since)),))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_is_valid_as_it_stands(file: Path) -> None:
    """It is read without a fault, named after its agreement, says where it comes from, and begins with what it leaves open."""
    head = read_file(file)[0].newest.head
    assert head.id == file.stem
    assert head.source
    assert file.read_text("utf-8").startswith("# ")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_warns_of_what_its_original_leaves_open(file: Path) -> None:
    """Bands that disagree with the promise, and deadlines that are not known, are warned of; nothing else is."""
    warned = {fault.path for fault in read_file(file)[1]}
    expected = {CONTRADICTS[file.stem]} if file.stem in CONTRADICTS else set()
    assert warned == expected | ({"claim.submit"} if file.stem in NO_DEADLINE.split() else set())


def test_each_file_has_cases() -> None:
    """Each agreement of the library has at least three worked cases."""
    cases = Counter(row.agreement for row in ROWS)
    assert [file.stem for file in FILES if cases[file.stem] < 3] == []


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_contract_gives_what_its_text_says(row: Row) -> None:
    """At each edge of a contract, and a step to either side of it, verdict, remedy, amount and deadline are those of its text."""
    agreement = versions(row.agreement) if row.since is None else begun(row.agreement, row.since)
    made = computed(agreement, row.period, row.down, seconds=row.seconds, fees=row.fees, **row.facts)
    name = row.objective or agreement.newest.objectives[0].id
    found = next(each for each in made["objectives"] if each["id"] == name)
    remedies = {each["id"]: each for each in found["remedies"]}
    first = next(iter(remedies), "")
    gives = {first: row.give} if isinstance(row.give, str) else row.give
    assert found["verdict"] == row.verdict
    for key in gives if remedies else ():
        is_right = remedies[key]["kind"] in ("termination", "report")
        nothing = "none" if is_right else "0 percent"
        assert remedies[key]["give"] == (nothing if gives[key] == "0 percent" else gives[key]), key
    for key, expected in (("payable", row.amount), ("notify_by", row.notify), ("submit_by", row.submit)):
        if expected is not None:
            assert (remedies[first] | remedies[first]["claim"])[key] == expected


@pytest.mark.parametrize(
    ("agreement", "automatic"),
    [
        ("vultr", [False]),  # a ticket is required, and until when is not known
        ("aws-ec2-instance", [False, True]),
        ("accord-project", [True]),
    ],
)
def test_what_has_no_deadline_is_not_paid_unasked(agreement: str, automatic: list[bool]) -> None:
    """Only what the terms say comes without a claim does; a deadline that is not known is not the absence of one."""
    found = computed(versions(agreement), seconds=100_000)["objectives"][0]
    assert [each["claim"]["automatic"] for each in found["remedies"]] == automatic


LENGTHS = (0, 1, 260, 360, 361, 600, 1800, 2592, 2593, 3600, 7201, 25_921, 43_201, 100_000, 129_601, 1_000_000)
PERIODS = {"calendar-quarter": "2026-Q2", "fiscal-quarter": "2026-F1", "calendar-year": "2026"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_longer_outage_never_gives_less(file: Path) -> None:
    """Whatever the form of a remedy, one more second down never takes anything away."""
    agreement = versions(file.stem)
    period = PERIODS.get(agreement.newest.objectives[0].period, "2026-07")
    before: dict[tuple[str, ...], Fraction] = {}
    for length in LENGTHS:
        for found in computed(agreement, period, seconds=length)["objectives"]:
            for remedy in found["remedies"]:
                key = (found["id"], found["component"], found["period"]["label"], remedy["id"])
                number = Fraction(remedy["number"])
                assert number >= before.get(key, 0)
                before[key] = number


@pytest.mark.parametrize(
    ("zone", "start", "freed"),
    [
        ("UTC", "2026-06-10T09:54:00", "0"),  # six minutes of one hour and six of the next
        ("UTC", "2026-06-10T10:24:00", "5/36"),
        ("Asia/Kolkata", "2026-06-10T09:54:00", "5/36"),
        ("Asia/Kolkata", "2026-06-10T10:24:00", "0"),  # there the hour is struck at half past
    ],
)
def test_a_clock_hour_is_one_of_the_agreements_clock(zone: str, start: str, freed: str) -> None:
    """An outage of twelve minutes frees an hour unless the clock strikes in the middle of it, in the agreement's zone."""
    text = '[[objective]]\nid = "uptime"\nof = "api"\ntarget = "99.5"\n'
    text += '[[objective.remedy]]\nper = "clock-hour"\ntiers = [{ down_over = "6m", give = "100" }]\n'
    assert objective(text, [lasting(start, 720)], zone=zone)["remedies"][0]["number"] == freed
