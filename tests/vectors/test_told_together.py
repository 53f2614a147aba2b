"""Components that are judged together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from told import agreement, promise, told, value

EXCUSE = '[[objective.exclude]]\nkind = "maintenance"\ntreat = "forgive"\nnotice = "48h"\n'
WEB = "web,2026-06-10T10:00Z,2026-06-10T12:00Z,{}"
API = "api,2026-06-10T11:00Z,2026-06-10T13:00Z,{}"
IN_TIME, LATE = "maintenance,,2026-06-08T09:00Z", "maintenance,,2026-06-09T10:00Z"
BOTH_DOWN = [WEB.format("down"), API.format("down")]
LONG_AGO = "web,2026-03-10T10:00Z,2026-03-10T12:00Z,maintenance"


@pytest.mark.parametrize(
    ("mode", "more", "down"),
    [
        ("all", [], 3 * 3600),
        ("all", [WEB.format(IN_TIME)], 2 * 3600),
        ("all", [WEB.format(IN_TIME), API.format(IN_TIME)], 0),
        ("all", [WEB.format(IN_TIME), API.format(LATE)], 2 * 3600),
        ("all", [WEB.format(LATE), API.format(LATE)], 3 * 3600),
        ("any", [], 3600),
        ("any", [WEB.format(IN_TIME)], 3600),
        ("any", [WEB.format(IN_TIME), API.format(IN_TIME)], 0),
        ("any", [WEB.format(IN_TIME), API.format(LATE)], 3600),
        ("any", [WEB.format(IN_TIME), API.format(IN_TIME), LONG_AGO], 0),
        ("mean", [], 2 * 3600),
        ("mean", [WEB.format(IN_TIME)], 3600),
        ("mean", [WEB.format(IN_TIME), API.format(IN_TIME)], 0),
    ],
)
def test_maintenance_of_one_component_excuses_that_one(tmp_path: Path, mode: str, more: list[str], down: int) -> None:
    """Web is down from ten to twelve, api from eleven to one. Maintenance of web is no excuse for api, whoever is judged with it,
    and a window that nobody announced, months ago, takes nothing from one that was announced in time."""
    terms = agreement(promise('flat = "10"', of=f'{{ {mode} = ["web", "api"] }}', more=EXCUSE))
    found = told(tmp_path, terms, outages="\n".join(BOTH_DOWN + more))["objectives"]
    assert value(found, "0.down_seconds") == down
    assert value(found, "0.counted_seconds") == 2_592_000


def both(tmp_path: Path, more: str, *rows: str, measure: str = "") -> dict[str, Any]:
    """What comes of web and api, both needed, under an exclusion."""
    terms = agreement(promise('flat = "10"', of='{ all = ["web", "api"] }', more=measure + more))
    found: dict[str, Any] = told(tmp_path, terms, outages="\n".join(rows))["objectives"][0]
    return found


def test_a_label_on_one_component_excuses_that_one(tmp_path: Path) -> None:
    """Force majeure that struck web is none of api's, which was down as well; without the label one hour more counts."""
    more = '[[objective.exclude]]\nkind = "force-majeure"\ntreat = "forgive"\n'
    found = both(tmp_path, more, WEB.format("down,force-majeure"), API.format("down"))
    assert found["down_seconds"] == 2 * 3600
    assert value(found, "without_labels.exact") == "239/240"


def test_removed_time_stays_removed_only_while_the_others_are_up(tmp_path: Path) -> None:
    """Work on web from ten to twelve leaves the month; of it the hour in which api was down by itself comes back and is down."""
    more = EXCUSE.replace("forgive", "remove")
    found = both(tmp_path, more, WEB.format(IN_TIME), API.format("down"))
    assert (found["counted_seconds"], found["down_seconds"]) == (2_592_000 - 3600, 2 * 3600)


def test_an_overrun_is_excused_for_the_component_that_was_worked_on(tmp_path: Path) -> None:
    """Web was announced until twelve and down until one: all excused. Api, down from eleven to three, is not excused by it."""
    more = EXCUSE + 'overrun = "excluded"\n'
    web = "web,2026-06-10T10:00Z,2026-06-10T13:00Z,down"
    api = "api,2026-06-10T11:00Z,2026-06-10T15:00Z,down"
    assert both(tmp_path, more, web, WEB.format(IN_TIME))["down_seconds"] == 0
    assert both(tmp_path, more, web, api, WEB.format(IN_TIME))["down_seconds"] == 4 * 3600


def test_what_is_left_is_as_bad_as_the_component_that_is_not_excused(tmp_path: Path) -> None:
    """Web is down and excused while api is only degraded, which these terms count for three tenths of its time."""
    measure = '[objective.measure]\nweight = { degraded = "0.3" }\n'
    api = "api,2026-06-10T11:00Z,2026-06-10T12:00Z,degraded"
    found = both(tmp_path, EXCUSE, WEB.format("down"), api, WEB.format(IN_TIME), measure=measure)
    assert found["down_seconds"] == 1080


def test_a_maximum_holds_for_the_components_together(tmp_path: Path) -> None:
    """An hour may be excused: that of web, from ten; web is down from then on like any other, and api was all the time."""
    more = EXCUSE + 'max = "1h"\nmax_per = "calendar-month"\n'
    assert both(tmp_path, more, WEB.format("down"), WEB.format(IN_TIME))["down_seconds"] == 3600
    found = both(tmp_path, more, *BOTH_DOWN, WEB.format(IN_TIME), API.format(IN_TIME))
    assert found["down_seconds"] == 2 * 3600


def test_requests_are_left_out_of_the_component_that_was_worked_on(tmp_path: Path) -> None:
    """Counts of an hour of web in its maintenance say nothing; those of api in the same hour do."""
    measure = '[objective.measure]\nmethod = "events"\n'
    terms = agreement(promise('flat = "10"', of='{ all = ["web", "api"] }', more=measure + EXCUSE))
    counts = "\n".join(f"{name},2026-06-10T10:00Z,{good},100" for name, good in (("web", 0), ("api", 90)))
    found = told(tmp_path, terms, outages=WEB.format(IN_TIME), counts=counts)["objectives"]
    assert value(found, "0.requests") == {"good": 90, "total": 100}
