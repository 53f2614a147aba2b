"""The floors hold because the build checks them: a planted wrong import is found."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLANTED = [
    ("monitor/timeline/span.py", "import monitor.store"),
    ("monitor/sla/statement.py", "import monitor.clock"),
    ("monitor/timeline/outage.py", "import time"),
    ("monitor/store/tables.py", "import monitor.probes"),
    ("statuspage/charts.py", "import monitor.worker"),
    ("statuspage/charts.py", "import flask"),
    ("monitor/worker.py", "import httpx"),
    ("monitor/worker.py", "import sqlalchemy"),
    ("monitor/store/reader.py", "import apscheduler"),
    ("statuspage/charts.py", "import feedgen"),
    ("statuspage/charts.py", "import nh3"),
    ("statuspage/app.py", "import monitor.access"),
    ("statuspage/charts.py", "import statuspage.admin"),
    ("monitor/access.py", "import argon2"),
    ("monitor/people/model.py", "import pyotp"),
    ("monitor/incidents/book.py", "import dateutil"),
    ("monitor/incidents/planned.py", "import monitor.clock"),
    ("statuspage/feeds/results.py", "import icalendar"),
    ("monitor/telling/rule.py", "import monitor.clock"),
    ("monitor/teller.py", "import apprise"),
    ("monitor/teller.py", "import aiosmtplib"),
    ("monitor/worker.py", "import monitor.teller"),
    ("statuspage/letters.py", "import monitor.channels"),
]


def floors(root: Path) -> int:
    """What import-linter says of a tree: 0 when all contracts are kept."""
    linter = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([linter, "--no-cache"], cwd=root, capture_output=True, check=False).returncode


@pytest.mark.parametrize(("file", "line"), [("monitor/clock.py", ""), *PLANTED])
def test_a_planted_wrong_import_breaks_the_build(tmp_path: Path, file: str, line: str) -> None:
    """Each floor and each door is watched; the tree as it is passes."""
    for name in ("monitor", "statuspage"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / file).open("a") as planted:
        planted.write(f"\n{line}\n")
    assert (floors(tmp_path) == 0) == (line == "")
