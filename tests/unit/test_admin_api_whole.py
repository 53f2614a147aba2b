"""The API of the admin as a whole: beside the other ways, without a record, and asked at random."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from operating import SLOW, Office, Program, office
from running import free_port
from werkzeug.serving import make_server

from monitor.commands import _words
from monitor.incidents.book import Book
from monitor.incidents.event import INCIDENT, Event, Said
from monitor.store import StoreError


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Office]:
    """The admin, beside an outage that goes on."""
    with office(tmp_path) as made:
        yield made


@pytest.fixture
def program(house: Office) -> Program:
    """Something that may do all that a token can."""
    return house.program()


def test_three_ways_say_the_same(house: Office, program: Program) -> None:
    """The command, the form and the API refuse the same step with the same words, because they ask the same rule."""
    place = f"/api/v1/incidents/{(program.post('/api/v1/incidents', SLOW).json or {})['id']}"
    name = place.rsplit("/", 1)[1]
    program.post(f"{place}/updates", {"phase": "resolved", "text": {"en": "Over."}})
    by_api = (program.post(f"{place}/updates", {"phase": "identified", "text": {"en": "x"}}).json or {})["error"]
    browser = house.browser("jansen")
    by_form = browser.post(
        f"/incidents/{name}", {"after": "2", "step": "identified", "text.en": "x", "do": "publish"}
    ).text

    def draft(_: Book, now: int) -> Event:
        return Event(INCIDENT, name, 3, now, "J", "identified", {}, Said())

    with pytest.raises(Exception, match="resolved and cannot become identified") as by_command:
        _words.tell(house.config, _words.Words("J", {"en": "x"}, "en"), draft)
    assert by_api == str(by_command.value)
    assert by_api in by_form


def test_a_record_that_cannot_be_written_is_said(
    house: Office, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ask again later, with the same key: nothing is lost and nothing is said twice."""
    with monkeypatch.context() as patched:
        patched.setattr("monitor.saying.open_desk", unwritable)
        answer = program.post("/api/v1/incidents", SLOW, "k")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert program.post("/api/v1/incidents", SLOW, "k").status_code == 201
    assert len(house.book().incidents) == 1


def unwritable(*_: object) -> None:
    """A disk that is full."""
    raise StoreError("the disk is full")


def test_schemathesis_finds_no_fault(tmp_path: Path) -> None:
    """Requests made from the document, good and bad, with the token and without: no answer that it does not describe, none of ours
    broken. What the document cannot say (what follows from what was said) may be refused, so that one check is left out.
    """
    port = free_port()
    with office(tmp_path, more=f"[admin]\nport = {port}") as house:
        program = house.program()
        server = make_server("127.0.0.1", port, house.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            done = subprocess.run(
                [
                    Path(sys.executable).with_name("schemathesis"),
                    "run",
                    f"http://127.0.0.1:{port}/api/v1/openapi.json",
                    *("--header", f"Authorization: Bearer {program.token}"),
                    *("--checks", "all", "--exclude-checks", "positive_data_acceptance"),
                    *("--phases", "examples,coverage,fuzzing", "--max-examples", "20", "--seed", "7", "--no-color"),
                    *("--generation-database", "none"),
                ],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
                timeout=300,
            )
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        assert house.book().incidents
