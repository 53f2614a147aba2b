"""What the benchmark of the engine asks: nginx over HTTP and HTTPS, and a hundred targets that mean ill."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import trustme
from running import free_port
from serving import Serve, says, silent, then

TICK = os.sysconf("SC_CLK_TCK")
OK = b"HTTP/1.1 200 OK\r\n"
HOSTILE: tuple[Serve, ...] = (
    silent,
    says(b""),
    says(b"SSH-2.0-OpenSSH\r\n\r\n"),
    says(OK + b"X: " + b"x" * 1_000_000 + b"\r\n\r\n"),
    says(OK + b"Set-Cookie: name=value; path=/\r\n" * 2500 + b"Content-Length: 0\r\n\r\n"),
    then(OK + b"X: ", b"x", 0.1),
    then(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.1),
    then(OK + b"Content-Length: 9999\r\n\r\n", b"x", 0.1),
    then(OK + b"\r\n", b"x" * 10_000, 0.001),
    then(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1000, 0.001),
)


@dataclass(frozen=True)
class Nginx:
    """One that answers at once, on two ports of loopback."""

    http: int
    https: int

    def urls(self) -> dict[str, str]:
        """What is asked over each."""
        return {"http": f"http://127.0.0.1:{self.http}/health", "https": f"https://127.0.0.1:{self.https}/health"}

    def asked(self) -> int:
        """How often it has been asked so far."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/asked", timeout=10) as answer:
            found = re.search(r"(\d+) (\d+) (\d+)", answer.read().decode())
        assert found
        return int(found[3])


@contextlib.contextmanager
def nginx(folder: Path) -> Iterator[Nginx]:
    """It, with a certificate whose issuer is in ``ca.pem`` of the folder."""
    made, issuer = Nginx(free_port(), free_port()), trustme.CA()
    issuer.cert_pem.write_to_path(str(folder / "ca.pem"))
    server = issuer.issue_cert("127.0.0.1")
    server.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; worker_rlimit_nofile 8192; pid {folder}/pid; error_log {folder}/error.log;\n"
        "events { worker_connections 4096; }\n"
        "http { access_log off; server_tokens off;\n"
        f" server {{ listen 127.0.0.1:{made.http} backlog=4096; listen 127.0.0.1:{made.https} ssl backlog=4096;\n"
        f"  ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.pem;\n"
        '  location /health { default_type text/plain; return 200 "all is well"; }\n'
        "  location /asked { stub_status; } } }\n"
    )
    with started(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]):
        waited(f"http://127.0.0.1:{made.http}/health")
        yield made


@contextlib.contextmanager
def hostile(count: int) -> Iterator[list[int]]:
    """So many targets that mean ill, in a process of their own; their ports."""
    with subprocess.Popen([sys.executable, __file__, str(count)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield [int(each) for each in process.stdout.readline().split()]
        finally:
            process.terminate()


def _patient(serve: Serve) -> Serve:
    """The same, when whoever asked has gone."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError):
            await serve(reader, writer)
        writer.close()

    return talk


async def _serve(count: int) -> None:
    ports = []
    async with contextlib.AsyncExitStack() as stack:
        for serve in islice(cycle(HOSTILE), count):
            server = await asyncio.start_server(_patient(serve), "127.0.0.1", 0, backlog=256)
            ports.append(str(server.sockets[0].getsockname()[1]))
            await stack.enter_async_context(server)
        print(*ports, flush=True)
        await asyncio.Event().wait()


@contextlib.contextmanager
def started(command: list[str], core: int | None = None, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process, which ends with this; ``core`` is the only one it may use."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | environment
    )
    if core is not None:
        os.sched_setaffinity(process.pid, {core})
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def waited(url: str, seconds: float = 20) -> None:
    """Until somebody answers there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=5).close()
            return
        time.sleep(0.05)
    raise AssertionError(f"nobody answers at {url}")


def cpu(pid: int) -> float:
    """The CPU seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory(pid: int) -> float:
    """How much memory a process holds, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
