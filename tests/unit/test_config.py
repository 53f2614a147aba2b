"""The operator's TOML: what is right loads, and all that is wrong is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import AGREEMENT, MAIN

from monitor.config import Config, load
from monitor.describe import describe
from monitor.probes.http import Settings
from monitor.table import ConfigError

BROKEN = """
pages = 1
[page]
name = 5
url = "ftp://x"
timezone = "Europe/Amsterdm"
languages = ["en", "fr"]
[site]
port = 99999
[defaults]
intervall = "30s"
timeout = "soon"
confirm = 0
[[group]]
name = "Platform"
[[component]]
id = "API!"
name = "API"
[[component.probe]]
id = "a"
kind = "htpp"
[[component]]
id = "web"
name = "Web"
group = "Platfrom"
probes = { at_least = 3 }
[[component.probe]]
id = "b"
kind = "http"
url = "file:///etc/passwd"
[[component.probe]]
id = "c"
kind = "tcp"
host = "h"
port = 80
interval = "5s"
timeout = "10s"
[[component.probe]]
id = "c"
kind = "tcp"
host = "h"
port = 80
interval = "10ms"
timeout = "5ms"
[[component.probe]]
id = "d"
kind = "http"
url = "https://x/"
headers = { Authorization = "${NO_SUCH_TOKEN}" }
prot = 1
[[component]]
id = "web"
name = "Web again"
"""
BAD_AGREEMENT = """
schema = 1
[agreement]
id = "acme"
title = "T"
provider = "P"
timezone = "UTC"
[version]
effective_from = 2026-01-01
[[objective]]
id = "uptime"
metric = "availability"
of = "wob"
period = "calendar-month"
target = "99.9"
[[objective.remedy]]
id = "credit"
kind = "credit"
tiers = [{ below = "99.0", give = "10" }, { below = "99.9", give = "25" }]
"""


def loaded(folder: Path, main: str, agreement: str = AGREEMENT, **environment: str) -> Config:
    """A folder with these two files, read."""
    (folder / "agreements").mkdir(exist_ok=True)
    (folder / "meetlat.toml").write_text(main)
    (folder / "agreements/acme.toml").write_text(agreement)
    return load(folder, environment)


def faults(folder: Path, main: str, agreement: str = AGREEMENT, **environment: str) -> list[str]:
    """The faults of such a folder, as text."""
    with pytest.raises(ConfigError) as caught:
        loaded(folder, main, agreement, **environment)
    return [str(fault) for fault in caught.value.faults]


CONFIRM = """[objective.measure]
confirm = { locations = 2, of = 3, failures = 3 }
[[objective.remedy]]"""


def test_terms_that_confirm_otherwise_than_the_probes_are_warned_of(tmp_path: Path) -> None:
    """The probes decide when there is an outage; terms that say so too, or nothing, need no word."""
    (tmp_path / "agreements").mkdir()
    (tmp_path / "meetlat.toml").write_text(MAIN)

    def told(confirm: str) -> list[str]:
        text = AGREEMENT.replace(
            "[[objective.remedy]]", CONFIRM.replace("{ locations = 2, of = 3, failures = 3 }", confirm), 1
        )
        (tmp_path / "agreements/acme.toml").write_text(text)
        return [str(each) for each in load(tmp_path, {}).warnings]

    assert told("{ locations = 2, of = 3, failures = 3 }") == [
        "acme: objective[0].measure.confirm.locations: is 2, and it is measured from one",
        "acme: objective[0].measure.confirm.failures: is 3, and the probes of 'api' confirm by 2",
    ]
    assert told("{ failures = 2 }") == []


def test_the_smallest_configuration_loads(tmp_path: Path) -> None:
    """Everything that is not said has its default."""
    config = loaded(tmp_path, MAIN)
    assert [probe.id for probe in config.components[0].probes] == ["api-health", "api-port"]
    assert (config.site.host, config.site.port, config.page.languages) == ("127.0.0.1", 8080, ("nl", "en"))
    assert config.components[0].probes[0].interval == 30_000
    assert config.agreements[0].newest.objectives[0].remedies[0].tiers[1].give == 25
    assert config.agreements[0].newest.claim.automatic


def test_all_faults_are_listed_at_once(tmp_path: Path) -> None:
    """Twenty different faults: twenty lines, each with its file and its place."""
    found = faults(tmp_path, BROKEN, BAD_AGREEMENT)
    places = [
        "pages: unknown key; did you mean 'page'?",
        "page.name: ",
        "page.url: ",
        "page.timezone: ",
        "page.languages[1]: ",
        "site.port: ",
        "defaults.intervall: unknown key; did you mean 'interval'?",
        "defaults.timeout: ",
        "defaults.confirm: ",
        "component[API!].id: ",
        "component[API!].probe[a].kind: ",
        "component[web].group: there is no group 'Platfrom'; did you mean 'Platform'?",
        "component[web].probe[b].url: ",
        "component[web].probe[c].timeout: ",
        "component[web].probe[c].id: ",
        "component[web].probe[c].interval: ",
        "component[web].probe[d].headers.Authorization: ",
        "component[web].probe[d].prot: unknown key",
        "component[web].probe: is missing",
        "component[web].id: ",
    ]
    for place in places:
        assert any(fault.startswith(f"meetlat.toml: {place}") for fault in found), (place, found)
    assert any(fault.startswith("agreements/acme.toml: objective[0].of: ") for fault in found)
    assert any(fault.startswith("agreements/acme.toml: objective[0].remedy[0].tiers: ") for fault in found)
    assert len([fault for fault in found if fault.startswith("meetlat.toml: ")]) == len(places), found


def test_a_secret_is_used_and_never_shown(tmp_path: Path) -> None:
    """A token from the environment or a file reaches the request, and no description, repr or fault."""
    (tmp_path / "token").write_text("hush-file\n")
    headers = 'headers = { Authorization = "Bearer ${TOKEN}", X-Key = "file:token" }'
    main = MAIN.replace('health"\n', f'health"\n  {headers}\n', 1)
    config = loaded(tmp_path, main, TOKEN="hush-env")
    probe = config.components[0].probes[0]
    assert isinstance(probe, Settings)
    assert probe.headers["Authorization"].reveal() == "Bearer hush-env"
    assert probe.headers["X-Key"].reveal() == "hush-file"
    shown = describe(config) + repr(config) + str(probe.headers)
    assert "hush" not in shown
    assert all(
        "hush" not in fault for fault in faults(tmp_path, main.replace('kind = "tcp"', "kind = 1"), TOKEN="hush-env")
    )


@pytest.mark.parametrize("text", ["[page", 'x = "\x00"', "a = 1\na = 2"])
def test_what_is_not_toml_is_said(tmp_path: Path, text: str) -> None:
    """A syntax error is one fault with its line."""
    found = faults(tmp_path, text)
    assert any("is not TOML" in fault for fault in found)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    """No file, no guess."""
    with pytest.raises(ConfigError, match="there is no file"):
        load(tmp_path / "nowhere", {})


def test_the_shipped_configuration_is_right() -> None:
    """What `make run` starts with."""
    config = load(Path(__file__).parents[2] / "config", {})
    assert config.components
    assert config.agreements


def test_the_readme_can_be_followed(tmp_path: Path) -> None:
    """The TOML in the README loads as it stands there."""
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    main, agreement = (block.partition("```")[0] for block in readme.split("```toml\n")[1:3])
    assert loaded(tmp_path, main, agreement).components[0].name == "API"
