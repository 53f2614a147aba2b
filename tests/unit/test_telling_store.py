"""The file of the teller: brought up to date, whatever the clock says, and cleared of what nobody needs."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from running import eventually
from telling_run import Told

from monitor.clock import Clock
from monitor.store import Outcome, engine, open_outbox, open_subscribers, people, people_tables, telling_tables
from monitor.store.outbox import KEPT_MS, LINE, WAITING
from monitor.store.subscribers import ASKED_SECONDS
from monitor.telling.message import INCIDENT, Message, Words
from monitor.telling.receiver import Wish

WISH = Wish("email", "jan@acme.example", "en")
T001 = """
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
CREATE TABLE cursors (log TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (log));
CREATE TABLE alarms (rule TEXT NOT NULL, standing TEXT NOT NULL, PRIMARY KEY (rule));
CREATE TABLE messages (id INTEGER NOT NULL, "key" TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (id), UNIQUE ("key"));
CREATE TABLE deliveries (id INTEGER NOT NULL, message INTEGER NOT NULL, lane TEXT NOT NULL, receiver TEXT NOT NULL,
  state INTEGER NOT NULL, tried INTEGER NOT NULL, made_ms BIGINT NOT NULL, due_ms BIGINT NOT NULL, error TEXT NOT NULL,
  PRIMARY KEY (id), UNIQUE (message, receiver));
CREATE INDEX deliveries_state ON deliveries (state, id);
CREATE INDEX deliveries_waiting ON deliveries (lane, receiver, id) WHERE state = 0;
CREATE TABLE requests (id TEXT NOT NULL, way TEXT NOT NULL, address TEXT NOT NULL, wish TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (id));
CREATE INDEX requests_address ON requests (way, address);
CREATE TABLE subscribers (id TEXT NOT NULL, way TEXT NOT NULL, address TEXT NOT NULL, wish TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (id), UNIQUE (way, address));
INSERT INTO alembic_version VALUES ('t001');
INSERT INTO cursors VALUES ('events', 7);
INSERT INTO alarms VALUES ('all', '{"heard": [], "begun": null, "last": 0, "level": 0, "said": 0, "reached": []}');
INSERT INTO subscribers VALUES ('a1', 'email', 'jan@acme.example',
  '{"way": "email", "address": "jan@acme.example", "language": "en", "kinds": ["incident"], "components": []}', 5);
"""


@dataclass(frozen=True)
class Shifted(Clock):
    """A clock that is wrong by so many seconds."""

    by: int = 0

    def now(self) -> int:
        """Wrong."""
        return Clock.now(self) + self.by

    def now_ms(self) -> int:
        """Wrong."""
        return Clock.now_ms(self) + self.by * 1000


def message(key: str) -> Message:
    """Something that is told."""
    return Message(key, INCIDENT, 1, (), {"en": Words("Down", "Down", "<p>Down</p>", "https://acme.example/")})


def address(folder: Path) -> str:
    """Where the record would be."""
    return f"sqlite:///{folder}/meetlat.db"


@pytest.mark.parametrize("by", ["teller", "form"])
def test_a_file_of_before_is_brought_up_to_date(tmp_path: Path, by: str) -> None:
    """With all that is in it, whoever opens it first; and it can then be kept whose subscription ended."""
    with contextlib.closing(sqlite3.connect(tmp_path / "meetlat-telling.db")) as file:
        file.executescript(T001)
    if by == "teller":
        outbox = open_outbox(address(tmp_path), Clock())
        assert outbox.cursors() == {"events": 7}
        assert list(outbox.alarms()) == ["all"]
        outbox.close()
    found = open_subscribers(address(tmp_path), Clock())
    assert [(each.id, each.wish.address, each.refused) for each in found.every()] == [("a1", "jan@acme.example", 0)]
    assert not found.refused("a1", 2, "gone")
    assert found.refused("a1", 2, "gone")
    assert [(each.subscriber, each.why) for each in found.endings()] == [("a1", "gone")]
    found.close()


@pytest.mark.parametrize(("line", "meta"), [(LINE, telling_tables.META), (people.LINE, people_tables.META)])
def test_the_steps_lead_to_the_tables_of_the_program(tmp_path: Path, line: engine.Line, meta: sa.MetaData) -> None:
    """Each step is written out, so that it makes what it made then; together they make what is declared now."""
    engine.sharing(tmp_path / "made.db", line).dispose()
    declared = sa.create_engine(f"sqlite:///{tmp_path}/declared.db")
    meta.create_all(declared)
    declared.dispose()
    made, wanted = (shape(tmp_path / name) for name in ("made.db", "declared.db"))
    made.pop("alembic_version")
    assert made == wanted


def shape(file: Path) -> dict[str, object]:
    """The columns and indices of each table."""
    with contextlib.closing(sqlite3.connect(file)) as found:
        names = [row[0] for row in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: (
                [row[1:] for row in found.execute(f"PRAGMA table_info({name})")],
                sorted(
                    (row[1:], [each[2] for each in found.execute(f"PRAGMA index_info({row[1]})")])
                    for row in found.execute(f"PRAGMA index_list({name})")
                ),
            )
            for name in names
        }


def test_what_a_clock_put_off_that_was_ahead_is_due(tmp_path: Path) -> None:
    """Tried while the clock was a year ahead, it is tried again when the clock is right, and forgotten in its time."""
    ahead = open_outbox(address(tmp_path), Shifted(365 * 86_400))
    ahead.keep({}, {}, [(message("a"), [("email", "jan")])])
    ((delivery,),) = ahead.due("email", 10, fresh=True)
    ahead.note([Outcome(delivery.id, WAITING, "no answer", Shifted(365 * 86_400).now_ms() + 5000)])
    ahead.close()
    outbox = open_outbox(address(tmp_path), Clock())
    ((again,),) = outbox.due("email", 10, fresh=False)
    assert again.id == delivery.id
    assert outbox.forget() == 0
    outbox.close()
    later = open_outbox(address(tmp_path), Shifted(KEPT_MS // 1000 + 60))
    assert later.forget() == 1
    later.close()


def test_a_clock_that_jumps_ahead_loses_nothing_that_waits(tmp_path: Path) -> None:
    """On a lane that there is; what was told may be forgotten."""
    outbox = open_outbox(address(tmp_path), Clock())
    outbox.keep({}, {}, [(message("a"), [("email", "jan"), ("channel:gone", "gone")])])
    outbox.close()
    ahead = open_outbox(address(tmp_path), Shifted(365 * 86_400))
    assert ahead.forget(["email"]) == 1
    ahead.close()
    outbox = open_outbox(address(tmp_path), Clock())
    assert len(outbox.due("email", 10, fresh=True)) == 1
    outbox.close()


@pytest.mark.parametrize("ago", [ASKED_SECONDS + 1, -2 * ASKED_SECONDS])
def test_what_nobody_confirmed_is_let_go_soon_after_the_start(tmp_path: Path, ago: int) -> None:
    """Without anybody asking anew, and also what a clock noted that was ahead: an address is nobody's who did not confirm it."""
    acme = Told(tmp_path / "told")
    earlier = open_subscribers(acme.url, Shifted(-ago))
    earlier.ask(WISH, message("ask"))
    earlier.close()
    acme.start()
    file = acme.folder / "meetlat-telling.db"

    def count() -> int:
        with contextlib.closing(sqlite3.connect(file)) as found:
            return int(found.execute("SELECT count(*) FROM requests").fetchone()[0])

    eventually(lambda: count() == 0, "letting it go")
    acme.stop()
    acme.record.close()
