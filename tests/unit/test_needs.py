"""An outage that another component explains is shown as its consequence, told once, and counted in full."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from drawn import read, watch
from judging import Told, drawn
from samples import MAIN

from monitor.config import load
from monitor.table import ConfigError
from monitor.timeline.model import Watch

APP = replace(watch("app", "app"), needs=("db",))
DB = watch("db", "db")
SITE = replace(watch("site", "site"), needs=("app",))


def told(terms: list[Watch], drawings: list[str]) -> list[tuple[str, str]]:
    """What is told of components that saw this."""
    monitor = Told(terms)
    monitor.turns(drawn(terms, drawings))
    return monitor.told()


@pytest.mark.parametrize("order", [[APP, DB], [DB, APP]])
def test_a_consequence_is_not_told(order: list[Watch]) -> None:
    """Whichever of the two is asked first in an interval."""
    monitor = Told(order)
    monitor.turns(drawn(order, ["...xxxxx....", "...xxxxx...."]))
    assert monitor.told() == [("db", "opened"), ("db", "closed")]
    index = order.index(APP)
    assert read(monitor.timeline("app", 12)).count("X") == 5, index  # counted all the same


def test_a_consequence_that_is_seen_before_its_cause_waits() -> None:
    """The application is confirmed down while the database has failed once: it is not told before that is settled."""
    terms = [replace(APP, confirm=1), replace(DB, confirm=3)]
    assert told(terms, ["...xxxxx....", "...xxxxx...."]) == [("db", "opened"), ("db", "closed")]
    assert told(terms, ["...xxxxx....", "...xx......."]) == [("app", "opened"), ("app", "closed")]


def test_what_is_down_by_itself_is_told() -> None:
    """Before, after or without the other."""
    assert told([APP, DB], ["...xx.......", "............"]) == [("app", "opened"), ("app", "closed")]
    assert told([APP, DB], ["..xx................", "............xxx....."]) == [
        ("app", "opened"),
        ("app", "closed"),
        ("db", "opened"),
        ("db", "closed"),
    ]


def test_what_was_down_long_before_is_no_consequence() -> None:
    """An outage that began an hour ahead of the other is the component's own, and is closed as such."""
    drawing = "." + "x" * 70 + "....."
    assert told([APP, DB], [drawing, "." * 60 + "x" * 5 + "." * 11]) == [
        ("app", "opened"),
        ("db", "opened"),
        ("db", "closed"),
        ("app", "closed"),
    ]


def test_what_stays_down_when_its_cause_is_over_is_told_after_all() -> None:
    """The database is back and the application is not: from then on it is an outage of its own."""
    assert told([APP, DB], ["...xxxxxxxxxxxxxx....", "...xxxx.............."]) == [
        ("db", "opened"),
        ("db", "closed"),
        ("app", "opened"),
        ("app", "closed"),
    ]


def test_a_chain_has_one_cause() -> None:
    """The site needs the application, which needs the database: one notice."""
    terms = [SITE, APP, DB]
    assert told(terms, ["...xxxxx....", "...xxxxx....", "...xxxxx...."]) == [("db", "opened"), ("db", "closed")]
    # The one between them may be redundant, and up.
    assert told(terms, ["...xxxxx....", "............", "............"]) == [("site", "opened"), ("site", "closed")]


def configured(folder: Path, *needs: tuple[str, str]) -> None:
    """Components that need one another."""
    text = MAIN
    for name, of in needs:
        text += (
            f'\n[[component]]\nid = "{name}"\nname = "{name}"\nneeds = [{of}]\n[[component.probe]]\nid = "{name}-p"\n'
            f'kind = "tcp"\nhost = "{name}.example"\nport = 1\n'
        )
    (folder / "meetlat.toml").write_text(text)


def test_needs_are_configured(tmp_path: Path) -> None:
    """By the ids of other components."""
    configured(tmp_path, ("web", '"api", "db"'), ("db", ""))
    assert [each.needs for each in load(tmp_path, {}).components] == [(), ("api", "db"), ()]


@pytest.mark.parametrize(
    ("needs", "fault"),
    [
        ([("web", '"apo"')], "component[web].needs: there is no component 'apo'; did you mean 'api'?"),
        ([("web", '"web"')], "component[web].needs: goes round: web needs web"),
        ([("a", '"b"'), ("b", '"c"'), ("c", '"a"')], "component[a].needs: goes round: a needs b needs c needs a"),
        ([("web", "5")], "component[web].needs[0]: must be text, not a whole number"),
    ],
)
def test_needs_that_lead_nowhere_or_in_a_circle_are_refused(
    tmp_path: Path, needs: list[tuple[str, str]], fault: str
) -> None:
    """Each fault once."""
    configured(tmp_path, *needs)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, {})
    (found,) = caught.value.faults
    assert str(found).endswith(fault)
