"""What SECURITY.md promises is held by tests that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def rows() -> list[list[str]]:
    """The rows of its table: a promise, requirements, tests."""
    lines = (ROOT / "SECURITY.md").read_text().splitlines()
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return found[1:]


def test_each_promise_names_tests_that_exist() -> None:
    """None can vanish, or be emptied, without this one failing."""
    named = 0
    for promise, requirements, tests in rows():
        assert re.fullmatch(r"\d+\.\d+\.\d+(, \d+\.\d+\.\d+)*", requirements), promise
        for path, name in re.findall(r"`([\w/]+\.py)::(\w+)`", tests):
            tree = ast.parse((ROOT / "tests" / path).read_text())
            body = next(
                (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef) and each.name == name), None
            )
            assert body, f"{promise}: there is no {path}::{name}"
            assert len(body.body) > 1, f"{name} does nothing"
            assert not any("skip" in ast.dump(each) for each in body.decorator_list), f"{name} is skipped"
            named += 1
    assert named >= 50
