"""No fault of the operator's TOML hides another."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import AGREEMENT, MAIN

from monitor.config import load
from monitor.table import ConfigError

MORE = """
[[group]]
name = "Platform"

[[component]]
id = "web"
name = "Web"
group = "Platform"

  [[component.probe]]
  id = "web-page"
  kind = "http"
  url = "https://www.acme.example/"
"""
FAULTS = [
    ('name = "Acme"', "name = 1", "page.name: must be text"),
    ('url = "https://status.acme.example"', 'url = "https://u:hush@x"', "page.url: an address must not hold a user"),
    ('interval = "30s"', 'interval = "30ms"', "defaults.interval: allowed is at least 1s"),
    ("confirm = 2", "confirm = 0", "defaults.confirm: allowed is a whole number"),
    ('id = "api"\nname = "API"', 'id = "web"\nname = "API"', "component[web].id: 'web' is the id of another component"),
    ('name = "API"', "name = 5", "].name: must be text"),
    ('group = "Platform"\n\n  [[component.probe]]\n  id = "api', 'group = "Platfrom"\n\n  [[component.probe]]\n  id = "api',
     "].group: there is no group 'Platfrom'; did you mean 'Platform'?"),
    ('url = "https://api.acme.example/health"', 'url = "https://me:hush@api.acme.example/"',
     "].url: a user or password in an address is refused"),
    ('id = "api-port"', 'id = "api-health"', ".id: 'api-health' is the id of another probe"),
    ('host = "api.acme.example"', 'host = "fe80::1%eth0"', "].host: allowed is the name of a host"),
    ("port = 443", "port = 0", "].port: allowed is a whole number from 1 to 65535"),
    ('www.acme.example/"', 'www.acme.example/"\n  interval = "5s"\n  timeout = "6s"',
     "].timeout: 6s does not fit in the interval of 5s"),
    ('kind = "http"\n  url = "https://www', 'kind = "htpp"\n  url = "https://www', "].kind: found 'htpp'; did you mean 'http'?"),
    ('id = "web-page"', 'id = "WEB"', "].id: allowed are lower case letters"),
    ('kind = "tcp"', 'kind = "tcp"\n  confirm = 99', "].confirm: allowed is a whole number"),
]  # fmt: skip


def faults(folder: Path, main: str) -> list[str]:
    """What is said of ``meetlat.toml`` with this in it."""
    (folder / "agreements").mkdir(exist_ok=True)
    (folder / "meetlat.toml").write_text(main)
    (folder / "agreements/acme.toml").write_text(AGREEMENT)
    try:
        load(folder, {})
    except ConfigError as error:
        return [str(fault) for fault in error.faults if fault.file == "meetlat.toml"]
    return []


@pytest.mark.parametrize(("right", "wrong", "said"), FAULTS)
def test_each_fault_is_one_line(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    """A file with one thing wrong has one fault, at its place."""
    main = MAIN + MORE
    assert faults(tmp_path, main) == []
    assert right in main
    found = faults(tmp_path, main.replace(right, wrong, 1))
    assert len(found) == 1, found
    assert said in found[0]
    assert "hush" not in found[0]


def test_all_faults_together_are_as_many_lines(tmp_path: Path) -> None:
    """All of them at once, each said as if it were alone."""
    main = MAIN + MORE
    for right, wrong, _ in FAULTS:
        assert right in main, right
        main = main.replace(right, wrong, 1)
    found = faults(tmp_path, main)
    assert all(any(said in fault for fault in found) for _, _, said in FAULTS), found
    assert len(found) == len(FAULTS), found


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('contains = ""', "contains: allowed is a text that is not empty"),
        ("status = [200, 42]", "status[1]: allowed is a whole number from 200 to 999"),
        ('timeout = "0s"', "timeout: allowed is more than 0"),
        ("need = 2", "unknown key"),
        ('headers = { "X Key" = "a" }', "headers.X Key: allowed in the name of a header"),
        ('headers = { Content-Length = "5" }', "headers.Content-Length: is set by the probe itself"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(tmp_path: Path, wrong: str, said: str) -> None:
    """What would always or never pass."""
    found = faults(tmp_path, MAIN.replace('kind = "http"', f'kind = "http"\n  {wrong}'))
    assert len(found) == 1, found
    assert said in found[0]


def test_a_fault_of_the_defaults_is_not_repeated(tmp_path: Path) -> None:
    """Probes that inherit it are not to blame."""
    found = faults(tmp_path, MAIN.replace('timeout = "10s"', 'timeout = "40s"'))
    assert found == ["meetlat.toml: defaults.timeout: 40s does not fit in the interval of 30s"]
    found = faults(
        tmp_path, MAIN.replace('timeout = "10s"', 'timeout = "soon"').replace("443", '443\n  interval = "5s"')
    )
    assert len(found) == 1
