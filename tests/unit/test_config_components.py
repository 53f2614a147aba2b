"""How many probes a component needs, and what a reload changed, as the operator says and reads it."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from samples import AGREEMENT, MAIN

from monitor.config import Config, load
from monitor.describe import changes, describe
from monitor.table import ConfigError
from monitor.timeline.model import Reason, State, Stretch, Watch
from monitor.timeline.quorum import combine
from monitor.timeline.span import Span

THIRD = """
  [[component.probe]]
  id = "api-other"
  kind = "tcp"
  host = "other.acme.example"
  port = 443
"""
UP, DOWN, NOBODY_KNOWS = State.OPERATIONAL, State.DOWN, State.UNKNOWN


def loaded(folder: Path, main: str) -> Config:
    """A folder with this ``meetlat.toml``, read."""
    (folder / "agreements").mkdir(exist_ok=True)
    (folder / "meetlat.toml").write_text(main)
    (folder / "agreements/acme.toml").write_text(AGREEMENT)
    return load(folder, {})


def needing(folder: Path, wanted: str) -> Config:
    """A component of three probes that says so."""
    return loaded(folder, (MAIN + THIRD).replace('group = "Platform"', f'group = "Platform"\n{wanted}'))


def state(config: Config, *states: State) -> State:
    """The state of the component when its probes have these."""
    component, span = config.components[0], Span(0, 60)
    parts = [
        (
            Watch(probe.id, component.id, "local", 0, None, probe.interval, 2, 2, component.need),
            (Stretch(span, each, None if each is UP else Reason.TIMEOUT),),
        )
        for probe, each in zip(component.probes, states, strict=True)
    ]
    (stretch,) = combine(parts, span)
    return stretch.state


@pytest.mark.parametrize(
    ("wanted", "least"),
    [
        ("", 3),
        ('probes = "all"', 3),
        ('probes = "any"', 1),
        ("probes = { at_least = 1 }", 1),
        ("probes = { at_least = 2 }", 2),
        ("probes = { at_least = 3 }", 3),
    ],
)
def test_as_many_probes_as_it_says_must_be_up(tmp_path: Path, wanted: str, least: int) -> None:
    """Up when that many are up; down when that many cannot be; unknown when the rest may go either way."""
    config = needing(tmp_path, wanted)
    for states in product((UP, DOWN, NOBODY_KNOWS), repeat=3):
        up, down = states.count(UP), states.count(DOWN)
        expected = UP if up >= least else DOWN if 3 - down < least else NOBODY_KNOWS
        assert state(config, *states) is expected, states


@pytest.mark.parametrize(
    "wrong", ['"most"', "2", "true", "{ at_least = 0 }", "{ at_least = 4 }", "{ at_least = true }", "{ at_least = 2.0 }",
              "{ least = 1 }", "{ at_least = 1, at_most = 2 }", "{}", '["all"]']
)  # fmt: skip
def test_another_need_is_refused(tmp_path: Path, wrong: str) -> None:
    """One fault, which says what is allowed for this many probes."""
    with pytest.raises(ConfigError) as caught:
        needing(tmp_path, f"probes = {wrong}")
    (fault,) = caught.value.faults
    assert fault.path == "component[api].probes"
    assert 'allowed: "all", "any" or { at_least = 1 to 3 }' in fault.message


def test_the_need_is_described(tmp_path: Path) -> None:
    """As `meetlat check` prints it."""
    assert "component api: API (needs 2 of 3)" in describe(needing(tmp_path, "probes = { at_least = 2 }"))
    assert "component api: API (needs all of 3)" in describe(needing(tmp_path, ""))


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("", "", []),
        ('name = "API"', 'name = "Interface"', ["component api changed"]),
        ("port = 443", "port = 444", ["probe api-port changed"]),
        ('id = "api-port"', 'id = "api-door"', ["probe api-door added", "probe api-port removed"]),
        ("port = 443", "port = 443" + THIRD, ["probe api-other added"]),
        ('interval = "30s"', 'interval = "20s"', ["probe api-health changed", "probe api-port changed"]),
        ('name = "Acme"', 'name = "Acme B.V."', ["page changed"]),
        (
            "[defaults]",
            '[[group]]\nname = "Platform"\n[defaults]',
            ["groups changed"],
        ),
        (
            '\n  [[component.probe]]\n  id = "api-port"',
            '\n[[component]]\nid = "door"\nname = "Door"\n  [[component.probe]]\n  id = "api-port"',
            ["component door added", "probe api-port moved from component api to door"],
        ),
    ],
)
def test_a_reload_names_what_changed(tmp_path: Path, right: str, wrong: str, said: list[str]) -> None:
    """Components and probes are named each for itself."""
    assert right in MAIN
    assert changes(loaded(tmp_path, MAIN), loaded(tmp_path, MAIN.replace(right, wrong, 1))) == said


def test_a_group_may_have_an_id_of_its_own(tmp_path: Path) -> None:
    """By which programs know it again under another name; two groups never share one, and it is written as any id."""
    group = '[[group]]\nname = "Platform"\nid = "platform"\n'
    assert loaded(tmp_path, MAIN + group).groups[0].id == "platform"
    with pytest.raises(ConfigError, match="'platform' is the id of another group already"):
        loaded(tmp_path, MAIN + group + group.replace('"Platform"', '"Base"'))
    with pytest.raises(ConfigError, match="allowed are lower case letters"):
        loaded(tmp_path, MAIN + group.replace('"platform"', '"The Platform"'))
