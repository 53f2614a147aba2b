"""What endpoints that call us have said, in the record."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from drawn import START, observations, watch

from monitor.clock import Clock
from monitor.store import Record, open_reader, open_record
from monitor.timeline.record import Batch, Label
from monitor.timeline.signals import Life, Sign, Signal, live
from monitor.timeline.span import Span


def url(folder: Path) -> str:
    """Where it is."""
    return f"sqlite:///{folder}/meetlat.db"


def opened(folder: Path) -> Record:
    """The record, for writing."""
    return open_record(url(folder), Clock())


def test_a_record_of_before_is_brought_up_to_date(tmp_path: Path) -> None:
    """With all its observations and labels, and it hears from then on."""
    record = opened(tmp_path)
    record.watch([watch()], START)
    record.append(Batch(START, tuple(observations("..x"))))
    record.close()
    file = sqlite3.connect(tmp_path / "meetlat.db")
    with file:
        for table in ("signals", "drafts", "followed"):
            file.execute(f"DROP TABLE {table}")
        file.execute("ALTER TABLE labels DROP COLUMN outage")
        file.execute("INSERT INTO labels VALUES (1, 2, 'api', 3, 4, 'customer', 'J', 'x')")
        file.execute("ALTER TABLE watches DROP COLUMN host")
        file.execute("ALTER TABLE watches DROP COLUMN needs")
        file.execute("UPDATE alembic_version SET version_num = '0001'")
    file.close()
    record = opened(tmp_path)
    record.hear([Signal("nightly", 5, Sign.FAIL, 3, "full")], "local")
    record.close()
    reader = open_reader(url(tmp_path))
    assert len(reader.observations(Span(START, START + 1000))) == 3
    assert reader.watches() == (watch(),)
    assert reader.labels() == (Label(2, "api", 3, 4, "customer", "J", "x"),)
    assert reader.drafts() == ()
    assert reader.signals("nightly", "local") == (Signal("nightly", 5, Sign.FAIL, 3, "full"),)
    reader.close()


def test_what_is_read_back_is_enough_to_go_on(tmp_path: Path) -> None:
    """From the last success but one: what was known before a restart is known after it, run time and all, of each its own."""
    said = [
        *(Signal("a", at, Sign.SUCCESS) for at in range(0, 100_000, 1000)),
        Signal("a", 200_000, Sign.START),
        Signal("b", 210_000, Sign.FAIL, 2),
        Signal("a", 260_000, Sign.SUCCESS),
        Signal("a", 270_000, Sign.UNHEARD, 280_000),
        Signal("a", 290_000, Sign.START),
    ]
    record = opened(tmp_path)
    for signal in said:
        record.hear([signal], "local")
    for probe in "ab":
        whole = live(Life(), [each for each in said if each.probe == probe])
        assert live(Life(), record.reader.signals(probe, "local")) == whole
    assert len(record.reader.signals("a", "local")) == 5
    assert record.reader.signals("a", "elsewhere") == record.reader.signals("c", "local") == ()
    record.close()
