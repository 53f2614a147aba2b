"""Programs that users have, started as a test wants them: Debian's, in a folder and at a port of their own."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import trustme
from running import eventually, free_port

PLACES = [*Path("/usr/lib/postgresql").glob("*/bin"), Path("/usr/sbin"), Path("/usr/lib/nagios/plugins")]


def program(name: str, package: str) -> str:
    """The whole path of a program. Where it is not installed the test is skipped, and fails in CI."""
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(map(str, PLACES)))
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(f"{name} is not installed, and here it must be", pytrace=False)
    pytest.skip(f"{name} is not installed: install the package {package}")


def modules(folder: Path) -> Path:
    """The modules of Node.js that a folder asks for. Where they are not installed the test is skipped, and fails in CI."""
    found = folder / "node_modules"
    if not (found / ".package-lock.json").exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{found} is not there, and here it must be", pytrace=False)
        pytest.skip(f"{found} is not there: run npm --prefix {folder} ci")
    return found


def is_listening(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def started(command: Sequence[str], port: int | None, user: str | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """The program, which listens at that port when it is given, until the end of the block."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, user=user, cwd="/")
        try:
            if port is not None:
                eventually(lambda: process.poll() is not None or is_listening(port), command[0])
            if process.poll() is not None:
                log.seek(0)
                raise AssertionError(log.read().decode())
            yield process
        finally:
            process.kill()
            process.wait()


def pem(cert: trustme.LeafCert, folder: Path, owner: str | None = None) -> tuple[str, str]:
    """The files of a key and of a chain, as servers want them."""
    key, chain = folder / "key.pem", folder / "chain.pem"
    key.write_bytes(cert.private_key_pem.bytes())
    chain.write_bytes(b"".join(each.bytes() for each in cert.cert_chain_pems))
    key.chmod(0o600)
    if owner:
        shutil.chown(key, owner)
        shutil.chown(chain, owner)
    return str(key), str(chain)


@contextlib.contextmanager
def postgresql(cert: trustme.LeafCert | None = None) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A cluster of PostgreSQL of its own, and its port; the user ``me`` has the password ``hush``. It refuses to run as root."""
    server, make = program("postgres", "postgresql"), program("initdb", "postgresql")
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="meetlat-postgresql-"))
    try:
        (folder / "password").write_text("hush")
        if user:
            for each in (folder, folder / "password"):
                shutil.chown(each, user)
        wanted = [make, "-D", str(folder / "data"), "-U", "me", "-A", "scram-sha-256", f"--pwfile={folder}/password"]
        subprocess.run(
            [*wanted, "-E", "UTF8", "--no-locale", "--no-sync"], check=True, user=user, cwd="/", capture_output=True
        )
        port = free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "fsync": "off",
            "unix_socket_directories": "",
            "max_connections": "9",
        }
        if cert:
            key, chain = pem(cert, folder, user)
            options |= {"ssl": "on", "ssl_key_file": key, "ssl_cert_file": chain}
        settings = [f"-c{name}={value}" for name, value in options.items()]
        with started([server, "-D", str(folder / "data"), "-p", str(port), *settings], port, user) as process:
            yield port, process
    finally:
        shutil.rmtree(folder)
