"""Tables that are opened in a spreadsheet compute nothing that somebody else wrote."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from drawn import START, STEP, observations, watch
from shown import configured

from monitor.clock import Clock
from monitor.commands.claims import command
from monitor.judge import judge, rewatch
from monitor.rows import cell
from monitor.store import open_record
from monitor.timeline.model import Observation, Verdict
from monitor.timeline.record import Batch
from statuspage.api.v1 import COLUMNS, as_table

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    '=HYPERLINK("https://evil.example","x")',
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text(text: str) -> None:
    """Each way to begin one stands behind an apostrophe, which a spreadsheet takes for: this is text."""
    assert cell(text) == f"'{text}"
    row = dict.fromkeys(COLUMNS, text)
    (_, found) = csv.reader(io.StringIO(as_table([row]), newline=""))
    assert all(each.startswith("'") for each in found)


def test_everything_else_stays_as_it_is() -> None:
    """Numbers are numbers, below zero too; words are words; nothing is nothing."""
    assert [cell(each) for each in (-5, 12, "a=1", "", None, "Münster")] == ["-5", "12", "a=1", "", "", "Münster"]


def test_what_a_server_answered_is_text_in_a_claim(tmp_path: Path) -> None:
    """The observations of a claim hold what hostile servers said, and a claim is opened in a spreadsheet."""
    config = configured(tmp_path)
    record = open_record(config.storage.url.reveal(), Clock())
    record.watch([watch()], START)
    for number, seen in enumerate(observations("." * 9 + "c" * 400 + "." * 9)):
        stands = rewatch(record.standing(START), record.watches(), START + number * STEP).standing
        turn = judge(stands, [(_hostile(seen), record.watches()[0])], START + number * STEP)
        record.append(Batch(START, (_hostile(seen),), turn.redraws, turn.foldings, turn.notices))
    record.close()
    line = ["acme", "2026-01", "--kit", str(tmp_path / "kit"), "--config", str(tmp_path)]
    done = CliRunner(env={"MEETLAT_STATE": str(tmp_path / "state")}).invoke(command, line, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(io.StringIO((tmp_path / "kit/observations.csv").read_text("utf-8"), newline="")))
    said = {row["detail"] for row in rows if row["reason"] == "connect"}
    assert said == {f"'{FORMULAS[7]}"}


def _hostile(seen: Observation) -> Observation:
    if seen.reason is None:
        return seen
    return replace(seen, verdict=Verdict(seen.outcome, seen.reason, FORMULAS[7]))
