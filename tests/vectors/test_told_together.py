"""Components that are judged together."""

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
        ("any", [], 3600),
        ("any", [WEB.format(IN_TIME)], 3600),
        ("any", [WEB.format(IN_TIME), API.format(IN_TIME)], 0),
        ("any", [WEB.format(IN_TIME), API.format(LATE)], 3600),
        ("any", [WEB.format(IN_TIME), API.format(IN_TIME), LONG_AGO], 0),
    ],
)
def test_redundant_components_need_all_of_them_excused(tmp_path: Path, mode: str, more: list[str], down: int) -> None:
    """Web is down from ten to twelve, api from eleven to one. Maintenance of web alone does not excuse that api was down as well,
    and a window that nobody announced, months ago, takes nothing from one that was announced in time."""
    terms = agreement(promise('flat = "10"', of=f'{{ {mode} = ["web", "api"] }}', more=EXCUSE))
    found = told(tmp_path, terms, outages="\n".join(BOTH_DOWN + more))["objectives"]
    assert value(found, "0.down_seconds") == down
    assert value(found, "0.counted_seconds") == 2_592_000
