"""The TOML of telling: every fault at once, with its place and what is allowed; no secret in any of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import MAIN

from monitor.config import load
from monitor.describe import describe
from monitor.table import ConfigError

GOOD = """
[mail]
host = "mail.acme.example"
from = "status@acme.example"
[subscribe]
url = "https://status.acme.example/to"
[[channel]]
id = "ops"
kind = "apprise"
url = "${OPS}"
[[calendar]]
id = "office"
mon = ["09:00-17:00"]
[[alert]]
id = "all"
channels = ["ops"]
groups = ["Platform"]
calendar = "office"
escalate = [{ after = "30m", channels = ["ops"] }, { after = "15m", channels = ["ops"] }]
"""
SECRET = "json://T0P-S3CRET"


def read(folder: Path, tables: str) -> list[str]:
    """The faults of a configuration with these tables."""
    (folder / "meetlat.toml").write_text(MAIN + tables)
    try:
        load(folder, {"OPS": SECRET})
    except ConfigError as error:
        return [str(each) for each in error.faults]
    return []


def test_a_good_one_is_read(tmp_path: Path) -> None:
    """Groups become their components, levels stand by their time, and nobody is told unless somebody says so."""
    assert read(tmp_path, GOOD) == []
    told = load(tmp_path, {"OPS": SECRET}).telling
    (rule,) = told.rules
    assert rule.components == frozenset({"api"})
    assert [each.after for each in rule.escalate] == [900, 1800]
    assert told.is_any
    said = describe(load(tmp_path, {"OPS": SECRET}))
    for line in (
        "mail from status@acme.example by mail.acme.example:587",
        "channel ops: apprise, in nl",
        "alert all: outage, incident of api, P4 and worse, to ops, within its hours, after 15m also to ops, after 30m also to ops",
        "subscribers by email: https://status.acme.example/to; form on 127.0.0.1:8083",
        "admin on 127.0.0.1:8081, once there is an operator",
    ):
        assert line in said.splitlines(), said
    assert SECRET not in said
    assert SECRET not in repr(told)
    assert read(tmp_path, "") == []
    assert not load(tmp_path, {}).telling.is_any


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('kind = "apprise"', 'kind = "aprise"', "channel[ops].kind: found 'aprise'; did you mean 'apprise'?"),
        ('url = "${OPS}"', 'url = "T0P-S3CRET"', "channel[ops]: url: is no address of Apprise"),
        ('url = "${OPS}"', 'url = "${NONE}"', "channel[ops].url: the environment variable NONE is not set"),
        ('url = "${OPS}"', "", "channel[ops].url: missing"),
        ('id = "ops"', 'id = "O P S"', "channel[O P S].id"),
        ('channels = ["ops"]\ngroups', 'channels = ["opps"]\ngroups', "channels: there is no channel 'opps'; did you mean 'ops'?"),
        ('channels = ["ops"]\ngroups', "channels = []\ngroups", "alert[all].channels: name at least one channel"),
        ('groups = ["Platform"]', 'groups = ["Platfrom"]', "groups: there is no group 'Platfrom'; did you mean 'Platform'?"),
        ('groups = ["Platform"]', 'components = ["apo"]', "components: there is no component 'apo'; did you mean 'api'?"),
        ('groups = ["Platform"]', 'severity = "P5"', "alert[all].severity: allowed: P1, P2, P3, P4"),
        ('groups = ["Platform"]', 'kinds = ["outages"]', "alert[all].kinds[0]: allowed: outage, incident, maintenance, statement"),
        ('calendar = "office"', 'calendar = "ofice"', "alert[all].calendar: there is no calendar 'ofice'; did you mean 'office'?"),
        ('mon = ["09:00-17:00"]', "", "calendar[office]: never opens"),
        ('escalate = [{ after = "30m"', 'escalate = [{ after = 30', "alert[all].escalate[0].after"),
        ("[mail]\n", '[mail]\nuser = "x"\n', "mail: user and password belong together"),
        ("[mail]\n", '[mail]\nuser = "x"\npassword = "y"\nsecurity = "none"\n', "mail: a password is not sent without TLS"),
        ('from = "status@acme.example"', 'from = "status"', "mail.from: allowed is the address of a mailbox"),
        ('url = "https://status.acme.example/to"', 'url = "/to"', "subscribe.url: allowed is an address"),
        ("[subscribe]\n", '[subscribe]\nways = ["sms"]\n', "subscribe.ways[0]: allowed: email, webhook, slack, teams"),
        ("[subscribe]\n", '[subscribe]\nreach = ["10.0.0.1/8"]\n', "subscribe.reach[0]: allowed is a network"),
        ("[[alert]]\n", '[[channel]]\nid = "ops"\nkind = "email"\nto = ["a@b.nl"]\n[[alert]]\n', "is the id of another"),
        ("[[alert]]\n", "[alert]\n", "alert: write it as [[alert]]"),
    ],
)  # fmt: skip
def test_a_fault_has_its_place(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """And says what is allowed, or what was probably meant."""
    assert old in GOOD
    found = read(tmp_path, GOOD.replace(old, new, 1))
    assert any(fault in each for each in found), found
    assert "T0P-S3CRET" not in "\n".join(found)


def test_mail_needs_its_server(tmp_path: Path) -> None:
    """Whoever wants mail to be sent says by whom."""
    found = read(tmp_path, GOOD.replace('[mail]\nhost = "mail.acme.example"\nfrom = "status@acme.example"\n', ""))
    assert found == ["meetlat.toml: subscribe.ways: needs a table [mail]"]
