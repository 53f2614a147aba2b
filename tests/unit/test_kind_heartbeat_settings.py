"""What an operator says of a call that is waited for: what means nothing is a fault, what is doubtful a warning."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from calling import HOURLY, TOKEN, Called, called

from monitor.describe import describe
from monitor.probes import heartbeat
from monitor.table import ConfigError
from monitor.timeline.model import Observation

OTHER = """
[[component]]
id = "api"
name = "API"
[[component.probe]]
id = "port"
kind = "tcp"
host = "127.0.0.1"
port = 1
"""
Scene = Callable[[Called], Awaitable[Observation]]


@pytest.mark.parametrize(
    ("terms", "fault"),
    [
        ("", "one of every and cron"),
        ('every = "1h"\n  cron = "0 3 * * *"', "one of every and cron"),
        ('every = "10ms"', "at least 1s"),
        ('cron = "0 3 * *"', "five fields"),
        ('every = "1h"\n  timezone = "Mars"', "time zone"),
        (
            'every = "1h"\n  [[component.probe]]\n  id = "q"\n  kind = "heartbeat"\n  every = "1h"\n  token = "TOKEN"',
            "another",
        ),
        (
            'every = "1h"\n  [[component.probe]]\n  id = "q"\n  kind = "heartbeat"\n  every = "1h"\n  token = "short"',
            "16 to 128",
        ),
    ],
)
def test_settings_that_mean_nothing_are_faults(tmp_path: Path, terms: str, fault: str) -> None:
    """Each is told, and none tells the token."""

    async def play() -> None:
        async with called(tmp_path, terms.replace("TOKEN", TOKEN)):
            raise AssertionError("taken into use")

    with pytest.raises(ConfigError, match=fault) as found:
        asyncio.run(play())
    assert TOKEN not in str(found.value)
    assert "short" not in str(found.value)


def test_what_is_looked_at_too_seldom_is_warned_of(tmp_path: Path) -> None:
    """And where to call is said by ``meetlat check``, without the token."""

    async def described(terms: str) -> str:
        async with called(tmp_path, terms) as meetlat:
            return describe(meetlat.worker._config)

    said = asyncio.run(described(HOURLY))
    assert "heartbeats on 127.0.0.1:" in said
    assert "calls us each 1h" in said
    assert "warning" not in said
    assert TOKEN not in said
    assert "warning: probe nightly: it is looked at each 30s" in asyncio.run(described('every = "1h"\n  grace = "5s"'))


def test_it_is_confirmed_at_once_unless_it_says_otherwise(tmp_path: Path) -> None:
    """One missed call is one too many, whatever ``[defaults]`` say."""

    async def confirms(terms: str) -> tuple[int, int]:
        async with called(tmp_path, terms) as meetlat:
            probe = meetlat.worker._config.components[0].probes[0]
            assert isinstance(probe, heartbeat.Settings)
            assert "***" in str(probe.shown()["token"])
            return probe.confirm, probe.recover

    assert asyncio.run(confirms(HOURLY)) == (1, 1)
    assert asyncio.run(confirms(HOURLY + "\n  confirm = 4")) == (4, 1)
