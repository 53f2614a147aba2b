"""What does a program say, by the conventions of Nagios plugins?"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from monitor.probes import Check, Course, Probe, Tools
from monitor.reach import OURS, NoAnswerError
from monitor.table import Secret
from monitor.timeline.model import Outcome, Reason, Verdict
from monitor.values import program

LIMIT = 4 << 10
MUCH = 1 << 20  # bytes: a program that says more has gone astray, and to hear all of it takes time from other probes
MOST = 50  # measures
MEASURE = re.compile(r"(?:'((?:[^'=]|'')+)'|([^\s'=]+))=((?:U|-?[\d.]+)[\w%/.]*(?:;[^\s;]*)*)")
SHORTEST = 3  # a secret of fewer characters cannot be told from other words


@dataclass(frozen=True, kw_only=True)
class Settings(Probe):
    """``program`` is run with ``arguments``, which may hold secrets; without a shell, and with nothing in its environment but PATH
    and LC_ALL. It must stand in ``commands`` of the table ``[probes]``.

    Exit code 0 is a pass, 1 degraded, 2 failed, any other unknown. The first line of what it says is kept, without secrets, which
    are what came from the environment or a file and passwords in addresses, and without performance data, which ``meetlat probe``
    shows. At most 4 KiB are read. A program that does not end in time is killed with all that it started: unknown.
    """

    program: Annotated[str, program]
    arguments: tuple[Secret, ...] = ()

    asserted: ClassVar[tuple[str, ...]] = ("end of the program", "exit code 0")

    def target(self) -> str:
        """The program, without its arguments."""
        return self.program

    def secret(self) -> object:
        """What of the arguments came from the environment or a file, and passwords in addresses: all else are plain words."""
        return tuple(Secret("", each) for each in self.hidden())

    def shown(self) -> dict[str, object]:
        """The settings in force, of the arguments what is no secret."""
        hidden = self.hidden()
        return super().shown() | {"arguments": tuple(_masked(each.reveal(), hidden) for each in self.arguments)}

    def hidden(self) -> tuple[str, ...]:
        """The secrets, the longest first."""
        return tuple(sorted({each for argument in self.arguments for each in argument.hidden()}, key=len, reverse=True))

    def refusal(self, commands: Collection[str]) -> str:
        """That nobody allowed it."""
        known = ", ".join(commands) or "none"
        return "" if self.program in commands else f"program is not in [probes] commands, which are: {known}"


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:  # noqa: ARG001 -- the form of every kind
    """Run it and see how it ends."""
    course.phase, course.silence = "end of the program", Reason.INTERNAL
    arguments = [each.reveal() for each in probe.arguments]
    # Its end is waited for by a thread of its own (Python 3.11) or by the kernel (later ones): there is no pool that it could fill.
    try:
        running = await asyncio.create_subprocess_exec(
            probe.program,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            cwd="/",
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        number = error.errno if isinstance(error, OSError) else None
        said = os.strerror(number) if number and number not in OURS else type(error).__name__
        return Verdict.unknown(Reason.INTERNAL, f"the program cannot be run: {said}")
    try:
        with course.look("end of the program"):
            said = await _heard(running)
            code = await running.wait()
            course.note(lambda: f"ended with exit code {code}")
            for name, value in measured(said).items() if course.listener else ():
                course.note(lambda line=f"  measured {name} = {value}": line)  # type: ignore[misc] # of this round
    finally:
        await _end(running)
    verdict = _judge(code, _line(said, probe.hidden()))
    wrong = None if verdict.outcome is Outcome.PASS else verdict
    return course.judged([Check("exit code 0", wrong, f"exit code {code}")]) or verdict


async def _heard(running: asyncio.subprocess.Process) -> str:
    """The beginning of what it says. The rest is read too, or it would wait for a reader. NoAnswerError when there is too much."""
    assert running.stdout  # noqa: S101 -- a pipe was asked for
    kept, total = b"", 0
    while found := await running.stdout.read(LIMIT):
        kept, total = (kept + found)[:LIMIT], total + len(found)
        if total > MUCH:
            raise NoAnswerError("internal", f"the program says more than {MUCH >> 20} MiB")
    return kept.decode("utf-8", "replace")


async def _end(running: asyncio.subprocess.Process) -> None:
    """Kill the group, whoever is left of it, and let the loop forget it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(running.pid, signal.SIGKILL)
    transport = running._transport  # type: ignore[attr-defined]
    if pipe := transport.get_pipe_transport(
        1
    ):  # the loop waits for its end too: while nobody reads, or who left the group holds it
        pipe.close()
    await running.wait()
    transport.close()


def _line(said: str, hidden: Iterable[str]) -> str:
    """The first line, without performance data, and without secrets."""
    return _masked(said.partition("\n")[0].partition("|")[0].strip(), hidden)


def measured(said: str) -> dict[str, str]:
    """The performance data: what stands behind the bar in the first line, and behind the next one in the lines after it.

    A name, perhaps in quotes, and a value with its unit, warning, critical, least and most (Monitoring Plugins, 2.6).
    """
    first, _, rest = said.partition("\n")
    behind = f"{first.partition('|')[2]} {rest.partition('|')[2]}"
    return {(quoted or plain).replace("''", "'"): value for quoted, plain, value in MEASURE.findall(behind)[:MOST]}


def _masked(text: str, hidden: Iterable[str]) -> str:
    for each in hidden:
        if len(each) >= SHORTEST:
            text = text.replace(each, "***")
    return text


def _judge(code: int, line: str) -> Verdict:
    if code == 0:
        return Verdict.passed(line)
    if code == 1:
        return Verdict.degraded(Reason.BODY, line or "a warning")
    if code == 2:
        return Verdict.failed(Reason.BODY, line or "critical")
    return Verdict.unknown(Reason.INTERNAL, line or f"the program ended with {code}")
