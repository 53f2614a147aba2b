"""Ten thousand subscribers are told of one update, to a mail server on this machine, while three hundred probes a second go on.

Printed: from the moment at which the update was kept to the first and the last mail; and how late probes began meanwhile, beside
how late they begin when nobody is told.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from receiving import mail_table, receiving
from running import Target, eventually, installed
from telling import incident_step

from monitor.clock import Clock
from monitor.store import open_desk, open_subscribers
from monitor.telling.receiver import Wish

SUBSCRIBERS = int(os.environ.get("MEETLAT_SUBSCRIBERS", "10000"))
PROBES = 300


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as home, receiving() as (_, mailing), installed(Path(home)) as meetlat:
        mailing.keeps = False
        target = Target()
        meetlat.write(
            "meetlat.toml",
            configuration(target.port) + mail_table(mailing) + '[subscribe]\nurl = "https://status.acme.example/to"\n',
        )
        meetlat.start("run")
        url = f"sqlite:///{home}/state/meetlat.db"
        eventually((Path(home) / "state/meetlat-telling.db").exists, "a monitor that runs", 60)
        subscribers = open_subscribers(url, Clock())
        subscribers.add_all([Wish("email", f"a{n}@acme.example", ("nl", "en")[n % 2]) for n in range(SUBSCRIBERS)])
        subscribers.close()
        time.sleep(15)
        calm = lateness(Path(home) / "state/meetlat.db", time.time() - 12)
        desk, begun = open_desk(url, Clock()), time.time()
        desk.tell(incident_step(1, "investigating", Clock().now()))
        eventually(lambda: mailing.count, "the first mail", 60)
        first = time.time() - begun
        eventually(lambda: mailing.count >= SUBSCRIBERS, "the last mail", 600)
        took = time.time() - begun
        busy = lateness(Path(home) / "state/meetlat.db", begun)
        desk.close()
        meetlat.stop()
        target.stop()
    rate = SUBSCRIBERS / took
    print(f"{SUBSCRIBERS} told by mail: first after {first:.1f} s, last after {took:.1f} s, {rate:.0f} a second")
    print(f"{PROBES} probes a second: late by {calm} ms while nobody is told, {busy} ms meanwhile (median, 99 %)")


def configuration(port: int) -> str:
    """So many probes, each second."""
    page = '[page]\nname = "Acme"\nurl = "https://status.acme.example"\n'
    page += '[defaults]\ninterval = "1s"\ntimeout = "900ms"\n'
    component = '[[component]]\nid = "api"\nname = "API"\n'
    probes = [
        f'[[component.probe]]\nid = "p{n}"\nkind = "tcp"\nhost = "127.0.0.1"\nport = {port}\n' for n in range(PROBES)
    ]
    return page + component + "".join(probes)


def lateness(file: Path, since: float) -> str:
    """Median and 99th percentile of how late observations began since a moment, in milliseconds."""
    time.sleep(1.5)  # until the last are kept
    record = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    epoch = 1_767_225_600_000
    rows = record.execute(
        "SELECT late_ms FROM observations WHERE id > ?", (int(since * 1000 - epoch) << 18,)
    ).fetchall()
    record.close()
    late = quantiles([row[0] for row in rows], n=100)
    return f"{late[49]:.0f}, {late[98]:.0f}"


if __name__ == "__main__":
    main()
