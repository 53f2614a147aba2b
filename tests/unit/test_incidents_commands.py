"""What an operator types, on a real record."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from samples import AGREEMENT, MAIN
from telling import incident_step

from monitor.__main__ import cli
from monitor.clock import Clock
from monitor.commands._words import Words, tell
from monitor.config import Config, load
from monitor.incidents.book import Book
from monitor.incidents.event import Event, Said
from monitor.saying import recorded
from monitor.store import open_desk, open_record

OPENED = 'incident open "It is slow" --component api=degraded --by "J. Jansen" --text "We *look*."'


class Typing:
    """A folder and a record, and commands typed on them."""

    def __init__(self, folder: Path) -> None:
        (folder / "agreements").mkdir()
        (folder / "meetlat.toml").write_text(f'{MAIN}\n[storage]\nurl = "sqlite:///{folder}/meetlat.db"\n')
        (folder / "agreements/acme.toml").write_text(AGREEMENT)
        self.folder = folder
        self.record = open_record(f"sqlite:///{folder}/meetlat.db", Clock())

    @property
    def config(self) -> Config:
        """The configuration."""
        return load(self.folder, {})

    def type(self, line: str, code: int = 0, text: str | None = None) -> str:
        """Type a command and give what it prints."""
        done = CliRunner().invoke(cli, [*shlex.split(line), "--config", str(self.folder)], input=text)
        assert done.exit_code == code, done.output
        return done.output

    def open(self) -> str:
        """Open an incident and give its name."""
        return self.type(OPENED).split()[0]


@pytest.fixture
def typing(tmp_path: Path) -> Iterator[Typing]:
    """Beside a monitor that holds the record."""
    found = Typing(tmp_path)
    yield found
    found.record.close()


def test_an_incident_by_hand(typing: Typing) -> None:
    """Opened, updated, acknowledged, resolved, corrected and learned from; listed and shown with every word."""
    printed = typing.type(OPENED)
    name = printed.split()[0]
    assert re.fullmatch(r"[a-z][a-z0-9]{11}", name)
    assert f"https://status.acme.example/incidents/{name}" in printed
    assert "It is slow" in typing.type("incident list")
    by = '--by "J. Jansen"'
    typing.type(f"incident acknowledge {name} {by}")
    typing.type(
        f'incident update {name} --phase identified --severity P2 {by} --text "Found." --language en --also nl "Gevonden."'
    )
    typing.type(f"incident update {name} --component web=down {by} --text x", code=2)
    typing.type(f"incident resolve {name} {by} --text -", text="Over.\n")
    typing.type(f"incident correct {name} --started 2026-01-01T10:00:00 {by} --text 'It began earlier.'")
    typing.type(f"incident update {name} --phase postmortem {by} --text 'We learned.'")
    assert typing.type("incident list") == "no open incidents\n"
    assert name in typing.type("incident list --all")
    shown = typing.type(f"incident show {name}")
    for said in (
        "We *look*.",
        "[en] Found.",
        "[nl] Gevonden.",
        "Over.",
        "We learned.",
        "start was told as",
        "2026-01-01T09:00:00Z",
    ):
        assert said in shown
    (found,) = recorded(typing.config).incidents
    assert (found.impact, found.severity, found.phase) == ("minor", "P2", "postmortem")
    assert found.acknowledged is not None
    assert [each.step for each in found.events] == [
        "investigating", "acknowledged", "identified", "resolved", "corrected", "postmortem",
    ]  # fmt: skip


def test_an_incident_that_is_told_afterwards(typing: Typing) -> None:
    """With both its times, and marked so."""
    typing.type(f"{OPENED} --phase resolved --started 2026-01-01T10:00:00+01:00 --ended 2026-01-01T11:00:00+01:00")
    (found,) = recorded(typing.config).incidents
    assert (found.backfilled, found.end and found.end - found.start) == (True, 3600)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (OPENED.replace("api=degraded", "apo"), "no component 'apo'; did you mean 'api'?"),
        (OPENED.replace("degraded", "broken"), "no state"),
        (OPENED.replace("--component api=degraded", ""), "at least one affected component"),
        (f"{OPENED} --started 2031-01-01T10:00:00Z", "future"),
        (f"{OPENED} --started yesterday", "is not a time"),
        (f"{OPENED} --language fr", "no language of the page"),
        (OPENED.replace("We *look*.", " "), "the text is empty"),
        (OPENED.partition(" --text")[0], "say what: --text"),
        ('incident resolve nothing --by J --text x', "no incident 'nothing'"),
        ('maintenance schedule W 2026-03-01T10:00 2026-03-01T09:00 --component api --by J', "end before it starts"),
        ('maintenance schedule W 2026-03-01T10:00 2026-03-01T11:00 --component x --by J', "no component"),
        ('maintenance start nothing --by J', "no maintenance 'nothing'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_kept(typing: Typing, line: str, why: str) -> None:
    """A clear error, and the record as it was."""
    assert why in typing.type(line, code=2)
    assert typing.record.reader.events() == ()


def test_a_resolved_incident_takes_no_update(typing: Typing) -> None:
    """It says what can be done instead."""
    name = typing.open()
    typing.type(f"incident resolve {name} --by J --text Over")
    said = typing.type(f"incident update {name} --phase monitoring --by J --text Again", code=2)
    assert "is resolved and cannot become monitoring; open another one, or add a postmortem" in said
    assert "before it starts" in typing.type(
        f"incident correct {name} --ended 2026-01-01T00:00Z --by J --text x", code=2
    )
    assert len(typing.record.reader.events()) == 2


def test_who_comes_second_gets_the_text_back(typing: Typing) -> None:
    """Somebody else said something while the text was written: it is not published, and not lost."""
    name = typing.open()

    def draft(found: Book, now: int) -> Event:
        desk = open_desk(typing.config.storage.url.reveal(), Clock())
        if len(typing.record.reader.events()) == 1:
            desk.tell(Event("incident", name, 2, now, "K", "identified", {"en": "first"}))
        desk.close()
        return Event("incident", name, 2, now, "J", "monitoring", {}, Said())

    with pytest.raises(click.ClickException, match="meanwhile") as caught:
        tell(typing.config, Words("J", {"en": "a long story"}, "en"), draft)
    assert "a long story" in caught.value.message
    assert [each.step for each in typing.record.reader.events()] == ["investigating", "identified"]


def test_an_editor_is_opened_at_a_terminal(typing: Typing) -> None:
    """What is written above the line is the text; nothing written is nothing published."""

    def draft(_: Book, now: int) -> Event:
        return replace(incident_step(1, "investigating", now), texts={})

    event = tell(typing.config, Words("J", {}, "nl", lambda text: f"What happened.\n# A heading\n{text}"), draft)
    assert event.texts == {"nl": "What happened.\n# A heading"}
    for nothing in (lambda text: text, lambda _: None):
        with pytest.raises(click.UsageError, match="nothing is published"):
            Words("J", {}, "nl", nothing).asked("x", True)


def test_maintenance_by_hand(typing: Typing) -> None:
    """Scheduled, moved, begun, checked and completed; another one cancelled."""
    line = 'maintenance schedule "New disks" 2031-03-01T10:00 2031-03-01T11:00 --component api --by J --text "Short *breaks*."'
    name, other = typing.type(line).split()[0], typing.type(f"{line} --emergency").split()[0]
    assert "2031-03-01T09:00:00Z to 2031-03-01T10:00:00Z" in typing.type("maintenance list")
    typing.type(f"maintenance move {name} --end 2031-03-01T12:00 --by J")
    typing.type(f"maintenance move {name} --by J", code=2)
    assert "cancel it" in typing.type(f"maintenance complete {name} --by J", code=2)
    for step in ("start", "verify", "complete"):
        typing.type(f"maintenance {step} {name} --by J")
    typing.type(f"maintenance cancel {other} --by J")
    assert typing.type("maintenance list") == "no maintenance\n"
    assert "cancelled" in typing.type("maintenance list --all")
    found = {each.id: each for each in recorded(typing.config).maintenances}
    assert (found[name].stage, found[other].kind, found[other].stage) == ("completed", "emergency", "cancelled")
    assert "nothing more" in typing.type(f"maintenance start {other} --by J", code=2)
