"""The rivals: blackbox_exporter, which probes when it is asked to, and Prometheus, which asks it and keeps what it says."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from bench.targets import cpu, started, waited
from running import free_port

PROGRAMS = ("prometheus-blackbox-exporter", "prometheus")
BLACKBOX, PROMETHEUS = free_port(), free_port()
MODULES = """
modules:
  http: {{ prober: http, timeout: 10s, http: {{ preferred_ip_protocol: ip4, tls_config: {{ ca_file: {ca} }} }} }}
"""
SCRAPE = """
global: {{ scrape_interval: {seconds}s, scrape_timeout: {seconds}s }}
scrape_configs:
  - job_name: blackbox
    metrics_path: /probe
    params: {{ module: [http] }}
    relabel_configs:
      - {{ source_labels: [__address__], target_label: __param_target }}
      - {{ source_labels: [__param_target], target_label: instance }}
      - {{ target_label: __address__, replacement: "127.0.0.1:{port}" }}
    file_sd_configs: [ {{ files: [ {folder}/targets.json ] }} ]
"""


@contextlib.contextmanager
def blackbox(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """blackbox_exporter, listening."""
    (folder / "blackbox.yml").write_text(MODULES.format(ca=folder / "ca.pem"))
    command = [
        PROGRAMS[0],
        f"--config.file={folder}/blackbox.yml",
        f"--web.listen-address=127.0.0.1:{BLACKBOX}",
        "--log.level=error",
    ]
    with started(command) as process:
        waited(f"http://127.0.0.1:{BLACKBOX}/metrics")
        yield process


@contextlib.contextmanager
def prometheus(folder: Path, url: str, targets: int, seconds: int) -> Iterator[subprocess.Popen[bytes]]:
    """Prometheus, which has blackbox_exporter probe so many targets at that address, each every so many seconds."""
    (folder / "targets.json").write_text(json.dumps([{"targets": [f"{url}?{n}" for n in range(targets)]}]))
    (folder / "prometheus.yml").write_text(SCRAPE.format(seconds=seconds, port=BLACKBOX, folder=folder))
    command = [
        PROGRAMS[1],
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/tsdb",
        f"--web.listen-address=127.0.0.1:{PROMETHEUS}",
        "--log.level=error",
    ]
    with started(command) as process:
        waited(f"http://127.0.0.1:{PROMETHEUS}/-/ready")
        yield process


def asked(pid: int, url: str, count: int, in_flight: int) -> float:
    """CPU seconds a probe of blackbox_exporter when it is asked so often to ask an address."""
    asyncio.run(_ask(url, 200, in_flight))
    before = cpu(pid)
    asyncio.run(_ask(url, count, in_flight))
    return (cpu(pid) - before) / count


async def _ask(url: str, count: int, in_flight: int) -> None:
    words = f"GET /probe?module=http&target={quote(url, safe='')} HTTP/1.1\r\nHost: blackbox\r\n\r\n".encode()

    async def several() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", BLACKBOX)
        for _ in range(count // in_flight):
            writer.write(words)
            head = await reader.readuntil(b"\r\n\r\n")
            if b"chunked" in head.lower():
                body = await reader.readuntil(b"\r\n0\r\n\r\n")
            else:
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
                body = await reader.readexactly(length)
            assert b"\nprobe_success 1" in re.sub(rb"\r\n[0-9a-f]+\r\n", b"", body), body
        writer.close()

    await asyncio.gather(*(several() for _ in range(in_flight)))
