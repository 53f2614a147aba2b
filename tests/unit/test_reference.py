"""What is written about the kinds of probe is what they are."""

from __future__ import annotations

import asyncio
import dataclasses
import sys
from pathlib import Path

import pytest
from serving import bound, met, talks

from monitor import kinds, probes
from monitor.probes import Probe
from monitor.reference import LEFT_OUT, agreements, reference
from monitor.timeline.model import Outcome, Reason

ROOT = Path(__file__).parents[2]


def test_the_reference_is_fresh() -> None:
    """``config/REFERENCE.md`` is what ``meetlat kinds`` prints; if not, print it there again."""
    assert (ROOT / "config/REFERENCE.md").read_text() == reference()


def test_the_keys_of_an_agreement_are_fresh() -> None:
    """``config/agreements/REFERENCE.md`` is what ``meetlat kinds --agreements`` prints."""
    assert (ROOT / "config/agreements/REFERENCE.md").read_text() == agreements()


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("objective.measure", '| `no_data` | `"exclude"`, `"up"`, `"down"`, `"hold"` | `"exclude"` |'),
        ("objective.measure", '| `min_outage` | `"90s"`, `"4.5m"`, `"48h"` or `"14d"` in whole seconds | `"0s"` |'),
        ("objective.measure.weight", '| `partial` | the part of the time that counts as down, from 0 to 1 | `"1"` |'),
        ("objective.remedy.cap", "| `count` | a whole number from 1 to 10000 | - |"),
        ("objective.remedy", "| `automatic` | true or false | `claim.automatic` |"),
        ("claim.submit", "| `calendar` | text | Monday to Friday |"),
        ("version", "| `effective_from` | date | `1970-01-01` |"),
    ],
)
def test_a_key_of_an_agreement_has_its_form_and_default(table: str, row: str) -> None:
    """Under the path of its table."""
    assert row in agreements().partition(f"\n## {table}\n")[2].partition("\n## ")[0]


def test_what_is_meant_by_a_key_that_is_left_out_is_of_a_key() -> None:
    """Each stands in the table it is said to stand in."""
    for path, meant in LEFT_OUT.items():
        table, _, key = path.rpartition(".")
        part = agreements().partition(f"\n## {table}\n")[2].partition("\n## ")[0]
        assert any(line.startswith(f"| `{key}` |") and line.endswith(f"| {meant} |") for line in part.splitlines()), (
            path
        )


@pytest.mark.parametrize("kind", kinds.names(probes))
def test_a_kind_is_described_and_tested(kind: str) -> None:
    """Each has a question it answers, a promise of what passes, every key in the reference, and a test of its own."""
    module = kinds.load(probes, kind)
    assert "?" in (module.__doc__ or "")
    assert "pass" in (module.Settings.__doc__ or "")
    part = reference().partition(f"\n## {kind}\n")[2].partition("\n## ")[0]
    shared = {each.name for each in dataclasses.fields(Probe)}
    for each in dataclasses.fields(module.Settings):
        if each.init and each.name not in shared:
            assert f"| `{each.metadata.get('key', each.name)}` |" in part, each.name
    asserted = part.partition("\nAsserted: ")[2].partition("\n")[0]
    assert module.Settings.asserted
    assert all(each in asserted for each in module.Settings.asserted)
    tests = [path.read_text() for path in (ROOT / "tests/unit").glob("test_kind_*.py")]
    assert any(
        f"import {kind}\n" in text or f"{kind}.Settings" in text or f"import {kind} as" in text for text in tests
    )


@pytest.mark.parametrize("kind", kinds.names(probes))
def test_the_promise_names_every_key(kind: str) -> None:
    """No key of a kind is left without a word about it."""
    settings = kinds.load(probes, kind).Settings
    shared = {each.name for each in dataclasses.fields(Probe)}
    for each in dataclasses.fields(settings):
        if each.init and each.name not in shared:
            assert each.metadata.get("key", each.name) in settings.__doc__, each.name


def test_the_kind_of_the_readme_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the README shows as a new kind is one: laid in the folder it is found, read, and asked."""
    block = (ROOT / "README.md").read_text().partition("```python\n")[2].partition("```")[0]
    (tmp_path / "finger.py").write_text(block)
    monkeypatch.setattr(probes, "__path__", [*probes.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "monitor.probes.finger", raising=False)
    assert "finger" in kinds.names(probes)
    settings = kinds.load(probes, "finger").Settings
    assert bound(settings, host="a.example", user="me") == []
    good, empty = talks((b"me\r\n", b"Me, at work\r\n")), talks((b"me\r\n", b"\r\n"))
    assert asyncio.run(met(settings, good, user="me")).outcome is Outcome.PASS
    assert asyncio.run(met(settings, empty, user="me")).reason is Reason.BODY
    monkeypatch.delitem(sys.modules, "monitor.probes.finger")
