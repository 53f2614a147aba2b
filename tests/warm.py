"""Tellers to be killed, in tests: each is the child of a process that has loaded the program already, so that it starts at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import os, sys
from importlib import import_module
from monitor.__main__ import cli
import_module("monitor.commands.teller")
for _ in iter(sys.stdin.readline, ""):
    child = os.fork()
    if not child:
        cli(["teller", sys.argv[1]])
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


class Warm:
    """Starts one teller after the other over a folder."""

    def __init__(self, folder: Path) -> None:
        self._log = (folder / "log").open("ab")
        words = [sys.executable, "-c", PROGRAM, str(folder)]
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, cwd=folder, text=True
        )
        self._child = 0

    def start(self) -> None:
        """Start one."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self._child = int(self._process.stdout.readline())

    def kill(self) -> None:
        """Pull the plug on it, at whatever it is."""
        assert self._process.stdout
        os.kill(self._child, signal.SIGKILL)
        assert self._process.stdout.readline() == "ended\n"

    def close(self) -> None:
        """Start no more."""
        self._process.communicate(timeout=20)
        self._log.close()
