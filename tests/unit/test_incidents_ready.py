"""What an operator types to open an incident with what is there already: words, an outage, a draft, another incident."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from drawn import START, STEP, observations, watch
from samples import AGREEMENT, MAIN

from monitor.__main__ import cli
from monitor.clock import Clock
from monitor.commands._words import recorded
from monitor.config import Config, load
from monitor.describe import changes, describe
from monitor.incidents.event import Event, Said
from monitor.incidents.template import USUAL
from monitor.judge import judge, rewatch
from monitor.store import open_record
from monitor.stories import followed
from monitor.table import ConfigError
from monitor.timeline.record import Batch

READY = """
[incidents]
automatic = "draft"
minimum = "1m"
template = "slow"
[[template]]
id = "slow"
title = { en = "{components} is slow", nl = "{components} is traag" }
text = { en = "We look.", nl = "Wij kijken." }
impact = "minor"
severity = "P3"
components = { api = "degraded" }
[[template]]
id = "bare"
title = "Storing"
"""
OPEN, OVER = "....cccc", "....ccc...."
BY = '--by "J. Jansen"'


class Typing:
    """A folder, a record of what was drawn, and commands typed on them."""

    def __init__(self, folder: Path, drawing: str) -> None:
        (folder / "agreements").mkdir()
        (folder / "meetlat.toml").write_text(f'{READY}{MAIN}\n[storage]\nurl = "sqlite:///{folder}/meetlat.db"\n')
        (folder / "agreements/acme.toml").write_text(AGREEMENT)
        self.folder = folder
        self.record = open_record(f"sqlite:///{folder}/meetlat.db", Clock())
        self.record.watch([watch()], START)
        self.record.follow("incidents", lambda _: ((), (), 0))
        for n, seen in enumerate(observations(drawing)):
            stands = rewatch(self.record.standing(START), self.record.watches(), START + n * STEP).standing
            turn = judge(stands, [(seen, self.record.watches()[0])], START + n * STEP)
            self.record.append(Batch(START, (seen,), turn.redraws, turn.foldings, turn.notices))
        self.outage = self.record.reader.notices(1)[0].outage

    @property
    def config(self) -> Config:
        """The configuration."""
        return load(self.folder, {})

    def follow(self) -> None:
        """The monitor makes drafts of what it measured."""
        followed(self.record, self.config, START + 99 * STEP)

    def type(self, line: str, code: int = 0) -> str:
        """Type a command and give what it prints."""
        done = CliRunner().invoke(cli, [*shlex.split(line), "--config", str(self.folder)])
        assert done.exit_code == code, done.output
        return done.output


@pytest.fixture
def typing(tmp_path: Path) -> Iterator[Typing]:
    """Beside an outage that goes on."""
    found = Typing(tmp_path, OPEN)
    yield found
    found.record.close()


def test_words_that_are_ready(typing: Typing) -> None:
    """Title, text, impact and components of the template; what is typed goes before it."""
    typing.type(f"incident open --template slow {BY}")
    (found,) = recorded(typing.config).incidents
    assert found.titles == {"en": "API is slow", "nl": "API is traag"}
    assert found.events[0].texts == {"en": "We look.", "nl": "Wij kijken."}
    assert (found.impact, found.severity, found.components) == ("minor", "P3", {"api": "degraded"})
    typing.type(f'incident open "Own" --template slow --component api=down --impact major --text Mine {BY}')
    (own,) = (each for each in recorded(typing.config).incidents if each.id != found.id)
    assert (own.titles["nl"], own.titles["en"], own.impact) == ("Own", "API is slow", "major")
    assert (own.events[0].texts, own.components) == ({"nl": "Mine"}, {"api": "down"})
    assert "did you mean 'slow'" in typing.type(f"incident open --template slw {BY}", code=2)
    assert "TITLE" in typing.type(f"incident open --component api {BY}", code=2)
    assert "say what" in typing.type(f"incident open --template bare --component api {BY}", code=2)


def test_an_outage_is_told_of_by_hand(typing: Typing) -> None:
    """Under its own name, with its times, in the usual words; a second time it is refused with a hint."""
    printed = typing.type(f"incident open --outage {typing.outage} {BY}")
    assert f"/incidents/{typing.outage}" in printed
    (found,) = recorded(typing.config).incidents
    assert (found.id, found.start, found.outages) == (typing.outage, START + 4 * STEP, (typing.outage,))
    assert (found.phase, found.is_own, found.titles["nl"]) == ("investigating", False, "API is traag")
    refused = typing.type(f"incident open --outage {typing.outage} {BY}", code=2)
    assert "already; say more of that one" in refused
    assert "no outage 'x'" in typing.type(f"incident open --outage x {BY}", code=2)
    typing.follow()
    assert typing.type("incident list --drafts") == "no drafts\n"


def test_an_outage_that_is_over_is_told_of_afterwards(tmp_path: Path) -> None:
    """With both of its times, and marked so."""
    typing = Typing(tmp_path, OVER)
    typing.type(f"incident open --outage {typing.outage} {BY}")
    (found,) = recorded(typing.config).incidents
    assert (found.phase, found.end, found.backfilled) == ("resolved", START + 7 * STEP, True)
    assert set(found.events[0].texts) == set(USUAL.resolved)
    typing.record.close()


def test_a_draft_is_listed_shown_and_published(typing: Typing) -> None:
    """By the monitor or by hand; from then on it is public, by whoever published it."""
    typing.follow()
    assert typing.outage in typing.type("incident list --drafts")
    assert typing.type("incident list --all") == "no incidents\n"
    assert "Wij kijken." in typing.type(f"incident show {typing.outage}")
    typing.type(f"incident publish {typing.outage} --text Ours {BY}")
    typing.type(f'incident update {typing.outage} --text More --title "Ours" --language en {BY}')
    assert recorded(typing.config).incidents[0].titles == {"en": "Ours", "nl": "API is traag"}
    (found,) = recorded(typing.config).incidents
    assert (found.events[0].texts, found.events[0].by, found.is_own) == ({"nl": "Ours"}, "J. Jansen", False)
    assert typing.type("incident list --drafts") == "no drafts\n"
    assert "no draft" in typing.type(f"incident publish {typing.outage} {BY}", code=2)
    own = typing.type(f'incident open "Later" --component api --draft --text "Not yet." {BY}').split()[0]
    assert own in typing.type("incident list --drafts")
    typing.type(f"incident discard {own} {BY}")
    assert typing.type("incident list --drafts") == "no drafts\n"
    assert "component" in typing.type(f"incident open Nothing --draft --text x {BY}", code=2)


def test_one_is_told_of_in_another(typing: Typing) -> None:
    """Merged once, into one that there is; more is said of the other."""
    one = typing.type(f'incident open "One" --component api --text x {BY}').split()[0]
    other = typing.type(f'incident open "Other" --component api=degraded --text x {BY}').split()[0]
    for line, why in (
        (f"incident merge {one} {one} {BY}", "into itself"),
        (f"incident merge {one} nothing {BY}", "no incident 'nothing'"),
    ):
        assert why in typing.type(line, code=2)
    typing.type(f"incident merge {one} {other} {BY}")
    assert "say it of the one" in typing.type(f"incident update {one} --text x {BY}", code=2)
    assert f"merged into {other}" in typing.type(f"incident merge {other} {one} {BY}", code=2)
    assert [each.id for each in recorded(typing.config).open()] == [other]
    typing.type(f"incident resolve {other} --text x {BY}")
    refused = typing.type(f"incident update {other} --text x {BY}", code=2)
    assert "is resolved, and no more is said of it; open another one, or add a postmortem" in refused


def test_a_component_that_is_gone_can_still_be_spoken_of(typing: Typing) -> None:
    """In an incident that named it; in another one it is not there."""
    name = typing.type(f'incident open "One" --component api --text x {BY}').split()[0]
    text = (
        (typing.folder / "meetlat.toml")
        .read_text()
        .replace('id = "api"\n', 'id = "new"\n')
        .replace("{ api =", "{ new =")
    )
    (typing.folder / "meetlat.toml").write_text(text)
    (typing.folder / "agreements/acme.toml").unlink()
    typing.type(f"incident update {name} --component api=degraded --text x {BY}")
    assert "no component 'api'" in typing.type(f"incident open Two --component api --text x {BY}", code=2)
    typing.type(f"incident resolve {name} --text x {BY}")


def test_labels_by_name_by_span_and_back(typing: Typing) -> None:
    """Listed while they hold; one that does not hold cannot be taken back."""
    said = f"--by J --why flood --outage {typing.outage}"
    assert "force-majeure, by J: flood" in typing.type(f"label --kind force-majeure {said}")
    typing.type("label api 2026-01-01T00:00:00Z 2026-01-01T01:00:00Z --kind customer --by J --why switch")
    listed = typing.type("label --list")
    assert typing.outage in listed
    assert "api from 2026-01-01T00:00:00Z to 2026-01-01T01:00:00Z: customer" in listed
    typing.type(f"label --kind none {said}")
    assert "no such label" in typing.type(f"label --kind none {said}", code=2)
    assert typing.outage not in typing.type("label --list")
    for line, why in (
        (f"label {said}", "--kind"),
        ("label --kind customer", "--by"),
        (f"label api --kind customer {said}", "or a component"),
        ("label api --kind customer --by J --why x", "or an --outage"),
    ):
        assert why in typing.type(line, code=2)


def test_maintenance_that_comes_back_is_typed(typing: Typing) -> None:
    """With what customers are reminded of; other work at the same time is warned of; it is ended by hand."""
    first = typing.type(
        f'maintenance schedule "Disks" 2031-03-01T10:00 2031-03-01T11:00 --component api '
        f'--repeat "FREQ=WEEKLY" --remind 1d --remind 2h {BY}'
    ).split()[0]
    found = recorded(typing.config).maintenance(first)
    assert found
    assert (found.repeat, found.remind) == ("FREQ=WEEKLY", (86_400, 7200))
    assert "comes back" in typing.type("maintenance list")
    beside = typing.type(f'maintenance schedule "Net" 2031-03-01T10:30 2031-03-01T12:00 --component api {BY}')
    assert f"warning: {first} is planned for the same time: Disks" in beside
    assert "FREQ" in typing.type(
        f"maintenance schedule x 2031-03-01T10:30 2031-03-01T12:00 --component api --repeat x {BY}", code=2
    )
    assert "--remind" in typing.type(
        f"maintenance schedule x 2031-03-01T10:30 2031-03-01T12:00 --component api --remind 0s {BY}", code=2
    )
    typing.type(f"maintenance stop {first} {BY}")
    assert "does not come back" in typing.type(f"maintenance stop {first} {BY}", code=2)


def test_the_configuration_of_it(typing: Typing) -> None:
    """Described in words; a change of it is named."""
    described = describe(typing.config)
    assert "incidents of outages of at least 1m: draft, in slow" in described
    assert "template slow: {components} is slow" in described
    before = typing.config
    path = typing.folder / "meetlat.toml"
    path.write_text(path.read_text().replace('"draft"', '"off"'))
    assert changes(before, typing.config) != []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('automatic = "draft"', 'automatic = "on"', "incidents.automatic: allowed: open-and-resolve, draft, off"),
        (
            'template = "slow"',
            'template = "slw"',
            "incidents.template: there is no template 'slw'; did you mean 'slow'?",
        ),
        ('impact = "minor"', 'impact = "small"', "template[slow].impact"),
        ('{ api = "degraded" }', '{ apo = "degraded" }', "template[slow].components: there is no component 'apo'"),
        ('{ api = "degraded" }', '{ api = "broken" }', "template[slow].components.api"),
        ('id = "bare"', 'id = "slow"', "template[slow].id: 'slow' is the id of another template already"),
        ('text = { en = "We look."', 'text = { fr = "x"', "template[slow].text: 'fr' is no language"),
        ('title = "Storing"', 'titel = "Storing"', "template[bare].titel: unknown key"),
        ('minimum = "1m"', "minimum = 1", "incidents.minimum: is not a duration"),
    ],
)
def test_every_fault_of_it_is_named(typing: Typing, right: str, wrong: str, said: str) -> None:
    """With its place and what is allowed."""
    path = typing.folder / "meetlat.toml"
    text = path.read_text()
    assert right in text
    path.write_text(text.replace(right, wrong, 1))
    with pytest.raises(ConfigError) as caught:
        load(typing.folder, {})
    assert said in str(caught.value)


def test_who_took_one_over_sees_that_the_outage_is_over(tmp_path: Path) -> None:
    """The monitor says no more of it, but operators see in the list what it measures."""
    typing = Typing(tmp_path, OVER)
    event = Event("incident", typing.outage, 1, START + 300, "J", "identified", {"en": "x"}, Said(
        {"en": "Mine"}, components={"api": "down"}, start=START + 4 * STEP, outages=(typing.outage,)
    ))  # fmt: skip
    typing.record.tell([event])
    typing.follow()
    assert "Mine  (measured up since 2026-01-01T00:07:00Z)" in typing.type("incident list")
    typing.type(f"incident resolve {typing.outage} --text x {BY}")
    assert "measured up" not in typing.type("incident list --all")
    typing.record.close()
