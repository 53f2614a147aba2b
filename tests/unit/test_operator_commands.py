"""What is typed on the machine to make operators and tokens, and to see who did what."""

from __future__ import annotations

import asyncio
import shlex
import sqlite3
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner
from samples import AGREEMENT, MAIN

from monitor.__main__ import cli
from monitor.clock import Clock
from monitor.commands import run
from monitor.config import load
from monitor.people import passwords
from monitor.store import open_record

PASSWORD = "correct horse battery"


class Typing:
    """A folder, and commands typed on it."""

    def __init__(self, folder: Path) -> None:
        (folder / "agreements").mkdir()
        (folder / "meetlat.toml").write_text(f'{MAIN}\n[storage]\nurl = "sqlite:///{folder}/meetlat.db"\n')
        (folder / "agreements/acme.toml").write_text(AGREEMENT)
        self.folder = folder

    def type(self, line: str, code: int = 0, text: str | None = None) -> str:
        """Type a command and give what it prints."""
        done = CliRunner().invoke(cli, [*shlex.split(line), "--config", str(self.folder)], input=text)
        assert done.exit_code == code, done.output
        return done.output

    def kept(self) -> str:
        """Everything that is in the file."""
        raw = sqlite3.connect(self.folder / "meetlat-people.db")
        lines = "\n".join(raw.iterdump())
        raw.close()
        return lines


@pytest.fixture
def typing(tmp_path: Path) -> Typing:
    """Nobody yet."""
    return Typing(tmp_path)


def test_operators_are_made_changed_and_shut_out(typing: Typing) -> None:
    """Each by one command; the password is nowhere but as a hash, the second factor is shown once, and all of it is noted."""
    assert "no operators" in typing.type("operator list")
    assert "jansen is owner" in typing.type(
        'operator add jansen --shown "J. Jansen" --role owner', text=f"{PASSWORD}\n"
    )
    typing.type("operator add pietersen", text=f"{PASSWORD} too\n")
    assert "already" in typing.type("operator add jansen", 2, f"{PASSWORD}\n")
    assert "at least" in typing.type("operator add short", 2, "short\n")
    assert "a name is made of" in typing.type("operator add 'a b'", 2, f"{PASSWORD}\n")
    typing.type("operator password pietersen", text="quite another set of words\n")
    typing.type("operator role pietersen viewer")
    shown = typing.type("operator totp pietersen")
    secret = shown.rsplit("key: ", 1)[1].strip()
    assert pyotp.parse_uri(shown.splitlines()[0]).secret == secret
    typing.type("operator disable pietersen")
    assert "last owner" in typing.type("operator disable jansen", 2)
    listed = typing.type("operator list")
    assert "J. Jansen" in listed
    assert "disabled" in listed
    typing.type("operator enable pietersen")
    assert "published as P. Pietersen" in typing.type('operator shown pietersen "P. Pietersen"')
    assert "P. Pietersen" in typing.type("operator list")
    assert "no operator" in typing.type("operator shown nobody Somebody", 2)
    typing.type('operator shown pietersen ""', 2)
    typing.type("operator totp pietersen --off")
    assert "no operator" in typing.type("operator role nobody viewer", 2)
    assert PASSWORD not in typing.kept()
    assert "$argon2id$" in typing.kept()
    said = typing.type("audit --limit 50")
    for what in (
        "operator added",
        "password changed",
        "role changed",
        "second factor set",
        "disabled",
        "enabled",
        "name changed",
    ):
        assert what in said
    assert secret not in said
    assert "command" in said


def test_tokens_are_made_and_ended(typing: Typing) -> None:
    """Printed once and kept as a hash; no more is in it than whoever stands for it may do; its name is never used again."""
    typing.type("operator add jansen", text=f"{PASSWORD}\n")
    typing.type("operator add viewer --role viewer", text=f"{PASSWORD}\n")
    key = typing.type("token new deploy --operator jansen --scope incidents:write --scope read --days 30").strip()
    assert key.startswith("meetlat_")
    assert key not in typing.kept()
    assert "viewer is viewer" in typing.type("token new other --operator viewer --scope incidents:write", 2)
    assert "no operator" in typing.type("token new other --operator nobody --scope read", 2)
    assert "is or was" in typing.type("token new deploy --operator jansen --scope read", 2)
    assert "good" in typing.type("token list")
    typing.type("token revoke deploy")
    assert "revoked" in typing.type("token list")
    assert "no token" in typing.type("token revoke deploy", 2)
    assert "is or was" in typing.type("token new deploy --operator jansen --scope read", 2)
    assert key not in typing.type("audit")


def test_what_is_said_by_command_is_noted_too(typing: Typing) -> None:
    """Once there are operators, the audit trail says who was at the machine, beside the name that was published."""
    open_record(f"sqlite:///{typing.folder}/meetlat.db", Clock()).close()
    said = '--by "J. Jansen" --text "We look."'
    typing.type(f"incident open Slow --component api {said}")
    typing.type("operator add jansen", text=f"{PASSWORD}\n")
    assert "incident" not in typing.type("audit")
    name = typing.type(f"incident open Slower --component api {said}").split()[0]
    typing.type('label api 2026-01-01T00:00:00Z 2026-01-01T01:00:00Z --kind customer --by "J. Jansen" --why Theirs')
    rows = typing.type("audit").splitlines()
    assert "label customer  api  by J. Jansen: Theirs" in rows[0]
    assert f"incident investigating  {name}  event 1, by J. Jansen" in rows[1]


def test_an_admin_in_the_clear_is_refused(typing: Typing) -> None:
    """To listen elsewhere than on this machine it must stand behind https: said at once, by check and by the command itself."""
    file = typing.folder / "meetlat.toml"
    file.write_text(f'{file.read_text()}\n[admin]\nhost = "0.0.0.0"\n')
    done = CliRunner().invoke(cli, ["check", str(typing.folder)])
    assert "passwords would cross the network in the clear" in str(done.exception)
    file.write_text(f'{file.read_text()}url = "https://admin.acme.example"\n')
    assert CliRunner().invoke(cli, ["check", str(typing.folder)]).exit_code == 0


def test_each_word_that_anybody_tries_is_refused_once_it_is_long_enough() -> None:
    """Again and again, or with digits behind it, whatever its case."""
    for word in passwords.COMMON:
        for long in (word.title() * 4, f"{word}-20262026"):
            with pytest.raises(ValueError, match="among the first"):
                passwords.check_new(long)


def test_people_that_may_not_be_read_are_looked_for_again(
    typing: Typing, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A file that was made as another user is said in the log; once it is put right the admin is served."""
    answers: list[bool | OSError] = [PermissionError(13, "Permission denied"), True]
    served: list[str] = []

    def looked(_: str) -> bool:
        if isinstance(found := answers.pop(0), OSError):
            raise found
        return found

    async def keep(_: object, stop: asyncio.Event) -> None:
        served.append("admin")
        stop.set()

    monkeypatch.setattr(run, "has_people", looked)
    monkeypatch.setattr(run, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(run._Beside, "keep", keep)
    config = load(typing.folder, {})
    asyncio.run(run._once_there_are_people(config, run._Beside("admin"), asyncio.Event()))
    assert served == ["admin"]
    assert "Permission denied" in caplog.text
