"""The table [admin.oidc]: what is wrong with it is said with its place, when the configuration is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from identities import TABLE
from running import free_port
from samples import MAIN

from monitor.config import load
from monitor.table import ConfigError


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("{issuer}", "http://id.acme.example", "admin.oidc.issuer: allowed is an https address"),
        ("{issuer}", "https://id.acme.example/?x", "admin.oidc.issuer: it has no query"),
        ('client_id = "meetlat"\n', "", "admin.oidc.client_id: missing"),
        ("s3cret:of/ours", "${NOT_SET}", "admin.oidc.client_secret: the environment variable NOT_SET is not set"),
    ],
)  # fmt: skip
def test_a_table_that_is_wrong_is_refused(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """With its place."""
    (tmp_path / "meetlat.toml").write_text(
        MAIN + TABLE.replace(old, new).replace("{issuer}", "https://id.acme.example")
    )
    with pytest.raises(ConfigError) as told:
        load(tmp_path, {})
    assert any(fault in str(each) for each in told.value.faults), told.value


def test_without_the_extra_it_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the configuration is read, not when somebody wants to log in."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    (tmp_path / "meetlat.toml").write_text(MAIN + TABLE.replace("{issuer}", f"http://127.0.0.1:{free_port()}"))
    with pytest.raises(ConfigError, match=r"they come with meetlat\[oidc\]"):
        load(tmp_path, {})
