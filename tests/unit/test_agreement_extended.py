"""Agreements that extend another: what is theirs wins, the rest is of the version that held when they began."""

from __future__ import annotations

import pytest
from calculated import reading

GENERAL = """
[agreement]
id = "general"
timezone = "UTC"
[version]
effective_from = {}
[[objective]]
id = "uptime"
of = "api"
target = "{}"
[[objective]]
id = "mail"
of = "mail"
target = "99"
"""
GLOBEX = """
[agreement]
id = "globex"
kind = "customer"
customers = ["Globex"]
extends = "general"
{}
"""
OWN = '[[objective]]\nid = "mail"\nof = "mail"\ntarget = "99.5"\n'
FILES = [
    GENERAL.format("2026-07-01", "99.95"),
    GENERAL.format("2025-01-01", "99"),
    GENERAL.format("2026-01-01", "99.9"),
]


def targets(version: str, own: str = "", files: list[str] = FILES) -> dict[str, str]:
    """What the agreement with Globex promises, beside these versions of the general one."""
    found = reading(*files, GLOBEX.format(version) + own)
    assert not found.faults, found.faults
    (globex,) = (each.newest for each in found.versions if each.newest.id == "globex")
    return {each.id: str(each.target) for each in globex.objectives}


@pytest.mark.parametrize("files", [FILES, FILES[::-1]], ids=["as they lie", "the other way round"])
@pytest.mark.parametrize(
    ("since", "target"),
    [
        ("2026-02-01", "999/10"),
        ("2026-01-01", "999/10"),
        ("2025-12-31", "99"),
        ("2024-01-01", "99"),
        ("2027-01-01", "1999/20"),
    ],
)
def test_the_version_that_held_is_extended(files: list[str], since: str, target: str) -> None:
    """Whatever the files are called; before the first version, the first."""
    assert targets(f"[version]\neffective_from = {since}", files=files) == {"uptime": target, "mail": "99"}


def test_one_that_does_not_say_when_it_began_extends_the_newest() -> None:
    """And is in force since that one was."""
    assert targets("") == {"uptime": "1999/20", "mail": "99"}


def test_an_objective_of_its_own_replaces_the_one_of_that_name() -> None:
    """The others stay."""
    assert targets("[version]\neffective_from = 2026-02-01", OWN) == {"mail": "199/2", "uptime": "999/10"}
