"""A record that was restored from a backup: what comes after it is told, although more was told before."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest
from receiving import mail_table, receiving
from running import eventually
from telling_run import told

from monitor.clock import Clock
from monitor.store import open_desk, open_record
from monitor.timeline.record import Label


def label(url: str, why: str) -> None:
    """Label an hour of a component."""
    desk, now = open_desk(url, Clock()), Clock().now()
    desk.label(Label(now, "web", now - 3600, now, "force-majeure", "J. Jansen", why))
    desk.close()


def test_what_comes_after_a_backup_was_restored_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Also the second word about an incident, of which another second word was told before and is lost; and it is logged once."""
    with receiving() as (_, mailing):
        tables = f'{mail_table(mailing)}\n[subscribe]\nurl = "https://status.acme.example/to"\n'
        with told(tmp_path, tables) as acme:
            acme.subscribe("jan@acme.example")
            acme.start()
            acme.incident(1, "investigating")
            acme.up(acme.down("web"))
            eventually(lambda: len(mailing.letters) == 3, "what is told")
            file, backup = acme.folder / "meetlat.db", acme.folder / "backup.db"
            with contextlib.closing(sqlite3.connect(file)) as source:
                source.execute("VACUUM INTO ?", (str(backup),))
            for number, step in ((2, "identified"), (3, "monitoring"), (4, "resolved")):
                acme.incident(number, step)
            acme.down("web")
            label(acme.url, "A flood.")
            eventually(lambda: len(mailing.letters) == 8, "what will be lost")
            acme.stop()
            acme.record.close()
            for each in acme.folder.glob("meetlat.db-*"):
                each.unlink()
            backup.rename(file)
            for _ in range(2):  # restarts before anything is said
                acme.start()
                eventually(lambda: "as if it was restored" in caplog.text, "a warning")
                acme.stop()
            acme.record = open_record(acme.url, Clock())
            acme.start()
            acme.incident(2, "resolved", text="It was the power.")
            label(acme.url, "No flood, the power.")
            eventually(lambda: len(mailing.letters) == 10, "what comes now")
            said = "".join(each.text for each in mailing.letters[-2:])
            assert "It was the power." in said
            assert "No flood, the power." in said
            assert len({each.mail["Message-ID"] for each in mailing.letters}) == 10
    assert caplog.text.count("as if it was restored") == 1
