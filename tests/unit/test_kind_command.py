"""What is made of programs, and which are run at all."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from samples import MAIN
from serving import COMMON, bound, observed

from monitor.commands.probe import command as probe_command
from monitor.config import load
from monitor.describe import describe
from monitor.probes import command
from monitor.table import ConfigError, Secret
from monitor.timeline.model import Observation, Outcome, Reason


def written(folder: Path, *lines: str) -> str:
    """A program of these lines."""
    path = folder / "check_it"
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return str(path)


def seen(program: str, *arguments: str, **settings: Any) -> Observation:
    """What is seen of it."""
    given = tuple(Secret("${KEY}", each) for each in arguments)
    return asyncio.run(observed(command.Settings(**(COMMON | settings), program=program, arguments=given)))


@pytest.mark.parametrize(
    ("lines", "outcome", "reason", "detail"),
    [
        (["echo 'OK - fine | load=1'"], Outcome.PASS, None, "OK - fine"),
        (["echo WARNING; echo more; exit 1"], Outcome.DEGRADED, Reason.BODY, "WARNING"),
        (["echo CRITICAL $1; exit 2"], Outcome.FAIL, Reason.BODY, "CRITICAL ***"),
        (["exit 2"], Outcome.FAIL, Reason.BODY, "critical"),
        (["exit 3"], Outcome.UNKNOWN, Reason.INTERNAL, "the program ended with 3"),
        (["echo no such key >&2; exit 127"], Outcome.UNKNOWN, Reason.INTERNAL, "the program ended with 127"),
        (["kill -9 $$"], Outcome.UNKNOWN, Reason.INTERNAL, "the program ended with -9"),
        (["echo $HOME$MEETLAT_STATE$SECRET-"], Outcome.PASS, None, "-"),
        (["head -c 300000 /dev/zero; exit 0"], Outcome.PASS, None, ""),
        (['read line; echo "$line-"'], Outcome.PASS, None, "-"),
    ],
)
def test_each_end_has_its_outcome(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lines: list[str],
    outcome: Outcome,
    reason: Reason | None,
    detail: str,
) -> None:
    """The four codes of the convention, others, a signal; its first line without secrets; nothing of our environment."""
    monkeypatch.setenv("SECRET", "hush")
    found = seen(written(tmp_path, *lines), "hush-hush")
    assert (found.outcome, found.reason, found.verdict.detail) == (outcome, reason, detail), found


def test_arguments_are_no_shell(tmp_path: Path) -> None:
    """They arrive as they were written."""
    found = seen(written(tmp_path, 'test "$1" = "; exit 2 #" && test "$2" = "\\$HOME"'), "; exit 2 #", "$HOME")
    assert found.outcome is Outcome.PASS


def test_what_cannot_be_run_is_our_own_trouble(tmp_path: Path) -> None:
    """A file that is not there, and one that is no program."""
    assert seen(str(tmp_path / "none")).reason is Reason.INTERNAL
    (tmp_path / "text").write_text("x")
    assert seen(str(tmp_path / "text")).reason is Reason.INTERNAL


def test_a_program_that_does_not_end_is_killed_with_its_children(tmp_path: Path) -> None:
    """Its silence accuses nobody, and nothing of it is left."""
    found = seen(written(tmp_path, f"sleep 600 & echo $! > {tmp_path}/child", "wait"), timeout=1500)
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, Reason.INTERNAL), found
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        if _is_gone(child):
            return
        time.sleep(0.05)
    raise AssertionError("the child lives on")


def _is_gone(child: int) -> bool:
    """Dead, or dead and not yet buried."""
    try:
        os.kill(child, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] in ("Z", "X")


PROBE = '\n[[component.probe]]\nid = "it"\nkind = "command"\nprogram = "/bin/true"\narguments = ["hush"]\n'
ALLOWED = '\n[probes]\ncommands = ["/bin/true"]\n'


def loaded(folder: Path, main: str) -> str:
    """What is said of a folder with this in it: what would run, or the faults."""
    (folder / "meetlat.toml").write_text(main)
    try:
        return describe(load(folder, {}))
    except ConfigError as error:
        return str(error)


def test_only_what_is_allowed_is_run(tmp_path: Path) -> None:
    """A program stands in the table of the operator, or nothing starts."""
    assert "probe it: command /bin/true" in loaded(tmp_path, MAIN + PROBE + ALLOWED)
    assert "commands /bin/true" in loaded(tmp_path, MAIN + PROBE + ALLOWED)
    assert "program is not in [probes] commands, which are: none" in loaded(tmp_path, MAIN + PROBE)
    assert "which are: /bin/true" in loaded(tmp_path, MAIN + PROBE.replace("true", "false") + ALLOWED)
    assert "commands[0]: allowed is the whole path" in loaded(tmp_path, MAIN + ALLOWED.replace("/bin/", ""))
    assert "hush" not in loaded(tmp_path, MAIN + PROBE + ALLOWED)


@pytest.mark.parametrize("program", ["true", "/bin/../sh", "/bin/sh -c", "", 5])
def test_a_program_has_a_whole_path(program: Any) -> None:
    """No search, no way up, no arguments within it."""
    assert len(bound(command.Settings, program=program)) == 1


def test_a_program_that_never_stops_talking_is_stopped(tmp_path: Path) -> None:
    """It would take time from other probes until its deadline."""
    found = seen(written(tmp_path, "yes"))
    assert (found.outcome, found.reason, found.verdict.detail) == (
        Outcome.UNKNOWN,
        Reason.INTERNAL,
        "the program says more than 1 MiB",
    )


def test_performance_data_are_read() -> None:
    """As plugins write them: in the first line and in those after it, with units and limits, also unknown ones and odd names."""
    said = "OK - fine | time=0.012s;1;2;0;10 'a ''b'' c'=5%;;;0 none=U rubbish =3 x=y\nmore\nyet | /var=12MB;15;20\nlast=-1.5c\n"
    assert command.measured(said) == {
        "time": "0.012s;1;2;0;10",
        "a 'b' c": "5%;;;0",
        "none": "U",
        "/var": "12MB;15;20",
        "last": "-1.5c",
    }
    assert command.measured("OK") == {}


def test_only_what_is_secret_is_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What came from the environment or a file, and the password in an address; the plain words of an argument are shown."""
    monkeypatch.setenv("KEY", "hush-hush")
    (tmp_path / "key").write_text("from-a-file\n")
    program = written(tmp_path, 'echo "WARNING: $@ by $2"; exit 1')
    arguments = ["--host=localhost", "--key=${KEY}", "file:key", "https://me:word@a.example/x?token=tok1"]
    table = f'kind = "command"\nprogram = "{program}"\narguments = {json.dumps(arguments)}\n'
    (tmp_path / "meetlat.toml").write_text(
        f'{MAIN}\n[[component.probe]]\nid = "p"\n{table}[probes]\ncommands = ["{program}"]\n'
    )
    shown = CliRunner().invoke(probe_command, ["p", "--config", str(tmp_path)]).output
    said = "WARNING: --host=localhost --key=*** *** https://me:***@a.example/x?*** by --key=***"
    assert f"p: degraded (body) {said}" in shown
    assert "arguments = --host=localhost, --key=***, ***, https://me:***@a.example/x?***" in shown
    for secret in ("hush", "from-a-file", "word", "tok1"):
        assert secret not in shown, secret
