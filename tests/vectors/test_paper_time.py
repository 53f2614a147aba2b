"""What counts as down, worked out on paper: exclusions, minimum outages, silence, agreed hours and several components."""

from __future__ import annotations

from pathlib import Path

import pytest
from office import OFFICE
from paper import COUNTED, DOWN, GIVE, MEASURE, SHARE, VERDICT, Case, between, comes, lasting

NIGHT = '[[calendar]]\nid = "night"\ntue = ["01:00-05:00"]\n'
MAINTENANCE = '[[objective.exclude]]\nkind = "maintenance"\ntreat = "{}"\n{}\n'
JUNE = 2_592_000  # seconds of June in UTC; 0.1 % of it are 2592
CASES = {
    "rounded before the decision": Case(
        {VERDICT: "met", GIVE: "0", "exact_availability.percent": "99.899"},
        outages=(lasting(2593),),
        keys={"more": MEASURE.format('round = { digits = 2, mode = "half-up" }')},
    ),
    "rounded down before the decision": Case(
        {VERDICT: "missed", SHARE: "99.890"},
        outages=(lasting(2593),),
        keys={"more": MEASURE.format('round = { digits = 2, mode = "down" }')},
    ),
    "announced exactly in time": Case(
        {DOWN: 0},
        outages=(between("2026-06-10T10:00Z", "2026-06-10T12:00Z", "maintenance", "", "2026-06-08T10:00Z"),),
        keys={"more": MAINTENANCE.format("forgive", 'notice = "48h"')},
    ),
    "announced a second too late": Case(
        {DOWN: 7200},
        outages=(between("2026-06-10T10:00Z", "2026-06-10T12:00Z", "maintenance", "", "2026-06-08T10:00:01Z"),),
        keys={"more": MAINTENANCE.format("forgive", 'notice = "48h"')},
    ),
    "of twelve hours a year ten": Case(
        {DOWN: 2 * 3600},
        outages=(
            between("2026-05-12T00:00Z", "2026-05-12T06:00Z", "maintenance"),
            between("2026-06-09T00:00Z", "2026-06-09T06:00Z", "maintenance"),
        ),
        keys={"more": MAINTENANCE.format("forgive", 'max = "10h"\nmax_per = "calendar-year"')},
    ),
    "only inside the window of the night": Case(
        {DOWN: 2 * 3600},
        outages=(between("2026-06-09T00:00Z", "2026-06-09T06:00Z", "maintenance"),),
        keys={"more": MAINTENANCE.format("forgive", 'within = "night"')},
        extra=NIGHT,
    ),
    "removed leaves the denominator": Case(
        {COUNTED: JUNE - 6 * 3600, DOWN: 0},
        outages=(between("2026-06-09T00:00Z", "2026-06-09T06:00Z", "maintenance"),),
        keys={"more": MAINTENANCE.format("remove", "")},
    ),
    "an hour before closing and one after opening": Case(
        {DOWN: 7200, COUNTED: 22 * 8 * 3600},  # June 2026 has 22 weekdays
        outages=(between("2026-06-10T16:00Z", "2026-06-11T10:00Z"),),
        keys={"more": 'hours = "office"'},
        extra=OFFICE,
    ),
    "exactly the minimum": Case(
        {DOWN: 600}, outages=(lasting(600),), keys={"more": MEASURE.format('min_outage = "10m"')}
    ),
    "exactly the minimum, strictly": Case(
        {DOWN: 0},
        outages=(lasting(600),),
        keys={"more": MEASURE.format('min_outage = "10m"\nmin_outage_inclusive = false')},
    ),
    "only what is over the minimum": Case(
        {DOWN: 300},
        outages=(lasting(900),),
        keys={"more": MEASURE.format('min_outage = "10m"\nmin_outage_counts = "excess"')},
    ),
    "both of two that are redundant": Case(
        {DOWN: 1800},
        outages=(lasting(3600), lasting(3600, "2026-06-10T10:30", "web")),
        keys={"of": '{ any = ["api", "web"] }'},
    ),
    "the mean of two": Case(
        {DOWN: 2700, SHARE: "99.895"},  # 5400 / 2 of 2592000
        outages=(lasting(3600), lasting(1800, "2026-06-11T10:30", "web")),
        keys={"of": '{ mean = ["api", "web"] }'},
    ),
    "an outage over midnight is as long as it is": Case(
        {DOWN: 30},  # 70 seconds, of which 30 in June
        outages=(lasting(70, "2026-06-30T23:59:30"),),
        keys={"more": MEASURE.format('min_outage = "1m"')},
    ),
    "its other part is in July": Case(
        {DOWN: 40, "outages": []},
        outages=(lasting(70, "2026-06-30T23:59:30"),),
        keys={"more": MEASURE.format('min_outage = "1m"')},
        label="2026-07",
    ),
    "a maximum a quarter was used up in April": Case(
        {DOWN: 3600},
        outages=(
            between("2026-04-14T00:00Z", "2026-04-14T02:00Z", "maintenance"),
            between("2026-06-09T00:00Z", "2026-06-09T01:00Z", "maintenance"),
        ),
        keys={"more": MAINTENANCE.format("forgive", 'max = "2h"\nmax_per = "calendar-quarter"')},
    ),
    "a new quarter has a new one": Case(
        {DOWN: 0},
        outages=(
            between("2026-06-16T00:00Z", "2026-06-16T02:00Z", "maintenance"),
            between("2026-07-07T00:00Z", "2026-07-07T01:00Z", "maintenance"),
        ),
        keys={"more": MAINTENANCE.format("forgive", 'max = "2h"\nmax_per = "calendar-quarter"')},
        label="2026-07",
    ),
    "the end of the maintenance that ran over": Case(
        {DOWN: 3600},
        outages=(
            between("2026-06-09T01:00Z", "2026-06-09T02:00Z", "maintenance"),
            between("2026-06-09T01:00Z", "2026-06-09T03:00Z"),
        ),
        keys={"more": MAINTENANCE.format("forgive", "")},
    ),
    "what came before the maintenance counts": Case(
        {DOWN: 1800},
        outages=(
            between("2026-06-09T01:00Z", "2026-06-09T02:00Z", "maintenance"),
            between("2026-06-09T00:30Z", "2026-06-09T02:00Z"),
        ),
        keys={"more": MAINTENANCE.format("forgive", "")},
    ),
    "a part of the time counts": Case(
        {DOWN: 1080},
        outages=(lasting(3600) + ",partial",),
        keys={"more": MEASURE.format('weight = { partial = "0.3" }')},
    ),
    "too little is known for a verdict": Case(
        {VERDICT: "undetermined", "availability": None, "bounds.coverage": "95.000", GIVE: "0"},
        outages=(lasting(36 * 3600) + ",unknown", lasting(86_400, "2026-06-20T00:00")),
        keys={"more": MEASURE.format('min_coverage = "95.1"')},
    ),
    "exactly enough is known": Case(
        {VERDICT: "missed", GIVE: "25"},  # 36 of 720 hours are not known; of 684 one day was down
        outages=(lasting(36 * 3600) + ",unknown", lasting(86_400, "2026-06-20T00:00")),
        keys={"more": MEASURE.format('min_coverage = "95"')},
    ),
    "reported half an hour later": Case(
        {DOWN: 1800},
        outages=("component,start,end,reported", lasting(3600) + ",2026-06-10T10:30Z"),
        keys={"more": MEASURE.format('outage_starts = "reported"')},
    ),
    "reported by nobody": Case(
        {DOWN: 0, VERDICT: "met"},
        outages=(lasting(3600),),
        keys={"more": MEASURE.format('outage_starts = "reported"')},
    ),
    "a minute that is down in part is dropped": Case(
        {DOWN: 120},
        outages=(lasting(150, "2026-06-10T10:00:30"),),  # 10:00:30 - 10:03:00: 10:01 and 10:02 are whole
        keys={
            "more": MEASURE.format(
                'method = "bad-slices"\nslice = "1m"\nbad_slice = "whole-slice-down"\npartial_slice = "drop"'
            )
        },
    ),
    "the steps of a mean are of all its parts": Case(
        {"steps.2.values.down": str(5400), "outages.1.down_seconds": 1800},
        outages=(lasting(3600), lasting(1800, "2026-06-11T10:30", "web")),
        keys={"of": '{ mean = ["api", "web"] }'},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_counts_from_paper(tmp_path: Path, name: str) -> None:
    """What the command says is what was worked out by hand."""
    assert comes(tmp_path, CASES[name]) == CASES[name].right
