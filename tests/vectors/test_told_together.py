"""Components that are judged together, with maintenance or a label on one of them."""

from __future__ import annotations

from pathlib import Path

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
    ],
)
def test_maintenance_of_one_component_excuses_that_one(tmp_path: Path, mode: str, more: list[str], down: int) -> None:
    """Web is down from ten to twelve, api from eleven to one. Maintenance of web is no excuse for api, whoever is judged with it,
    and a window that nobody announced, months ago, takes nothing from one that was announced in time."""
    terms = agreement(promise('flat = "10"', of=f'{{ {mode} = ["web", "api"] }}', more=EXCUSE))
    found = told(tmp_path, terms, outages="\n".join(BOTH_DOWN + more))["objectives"]
    assert value(found, "0.down_seconds") == down
    assert value(found, "0.counted_seconds") == 2_592_000


def test_a_label_on_one_component_excuses_that_one(tmp_path: Path) -> None:
    """Force majeure that struck web is none of api's, which was down as well; without the label both hours more count."""
    more = '[[objective.exclude]]\nkind = "force-majeure"\ntreat = "forgive"\n'
    terms = agreement(promise('flat = "10"', of='{ all = ["web", "api"] }', more=more))
    found = told(tmp_path, terms, outages="\n".join([WEB.format("down,force-majeure"), API.format("down")]))[
        "objectives"
    ]
    assert value(found, "0.down_seconds") == 2 * 3600
    assert value(found, "0.without_labels.exact") == "239/240"
