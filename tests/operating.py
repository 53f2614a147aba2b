"""An admin over a record that was drawn, and the people and programs who use it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drawn import START, STEP, observations, watch
from samples import AGREEMENT, MAIN
from werkzeug.test import Client, TestResponse

from monitor.access import Access
from monitor.clock import Clock
from monitor.config import Config, load
from monitor.incidents.book import Book
from monitor.judge import judge, rewatch
from monitor.people import keys, passwords
from monitor.people.model import Deed, Operator, Role, Scope, Token
from monitor.saying import recorded
from monitor.store import People, Reader, open_people, open_reader, open_record
from monitor.timeline.record import Batch
from statuspage.admin.app import create_admin

HOST = "127.0.0.1:8081"
OURS = {"Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"}
PASSWORD = "correct horse battery"
SLOW: dict[str, Any] = {"title": {"en": "Slow"}, "text": {"en": "We look."}, "components": {"api": "degraded"}}
DEED = Deed(START, "test", "command", "", "made")
READY = """
[[template]]
id = "database"
title = { en = "Trouble with {components}", nl = "Storing van {components}" }
text = { en = "The database of {components} is slow.", nl = "De database van {components} is traag." }
"""


class Hands(Clock):
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self._stood = [START + 8 * STEP]

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def now(self) -> int:
        """The second it was moved to."""
        return self._stood[0]

    def monotonic_ms(self) -> int:
        """As if it had never been anything else."""
        return self._stood[0] * 1000

    def move(self, seconds: int) -> None:
        """Move it on."""
        self._stood[0] += seconds


@dataclass
class Browser:
    """Somebody at the admin."""

    client: Client
    key: str = ""

    def get(self, path: str, **headers: str) -> TestResponse:
        """A page."""
        return self.client.get(path, base_url=f"http://{HOST}", headers=headers)

    def post(
        self, path: str, fields: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> TestResponse:
        """A form of ours, filled in."""
        sent = {"key": self.key} | (fields or {})
        return self.client.post(
            path, base_url=f"http://{HOST}", data=sent, headers=OURS if headers is None else headers
        )

    def enter(self, name: str, password: str = PASSWORD, code: str = "", **headers: str) -> TestResponse:
        """Log in."""
        fields = {"name": name, "password": password, "code": code}
        answer = self.post("/login", fields, OURS | headers)
        found = re.search(r'name="key" value="([0-9a-f]{64})"', self.get("/account").text)
        self.key = found[1] if found else ""
        return answer


@dataclass
class Program:
    """Something with a token."""

    client: Client
    token: str

    def get(self, path: str, **headers: str) -> TestResponse:
        """What is there."""
        sent = {"Authorization": f"Bearer {self.token}"} | headers
        return self.client.get(path, base_url=f"http://{HOST}", headers=sent)

    def post(self, path: str, body: Any, key: str | None = None, **headers: str) -> TestResponse:
        """Say something."""
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        sent |= ({"Idempotency-Key": key} if key else {}) | headers
        return self.client.post(path, base_url=f"http://{HOST}", data=json.dumps(body), headers=sent)


@dataclass
class Office:
    """The admin, its people and its record."""

    config: Config
    people: People
    clock: Hands
    folder: Path
    readers: list[Reader] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.access = Access(self.people, self.clock)
        self.app = create_admin(self.config, self.access, self._open, self.clock)
        self.app.testing = False

    def _open(self) -> Reader:
        if not self.readers:
            self.readers.append(open_reader(self.config.storage.url.reveal()))
        return self.readers[0]

    def operator(self, name: str = "jansen", role: Role = Role.OPERATOR) -> Operator:
        """A new operator."""
        made = Operator(name, f"{name.title()} of Acme", role, self.clock.now(), False, False)
        self.people.add(made, HASHED, DEED)
        return made

    def browser(self, name: str = "", address: str = "192.0.2.1") -> Browser:
        """Somebody, who is in when a name is given."""
        client = Client(self.app)
        client_address = {"REMOTE_ADDR": address}
        opened = client.open
        client.open = lambda *args, **rest: opened(*args, **({"environ_overrides": client_address} | rest))  # type: ignore[method-assign]
        browser = Browser(client)
        if name:
            assert browser.enter(name).status_code == 303
        return browser

    def bare(self) -> Browser:
        """Somebody who keeps no cookies, and sends those that they are told to."""
        return Browser(Client(self.app, use_cookies=False))

    def program(self, *scopes: Scope, operator: str = "jansen", name: str = "deploy") -> Program:
        """Something with a token for these."""
        key = keys.fresh_token()
        token = Token(name, operator, "Deploy", scopes or tuple(Scope), self.clock.now(), None, None, None)
        self.people.add_token(token, keys.digest(key), DEED)
        return Program(Client(self.app), key)

    def book(self) -> Book:
        """What was said."""
        return recorded(self.config)


@contextmanager
def office(folder: Path, drawing: str = "....cccc", more: str = "") -> Iterator[Office]:
    """An admin beside an outage that goes on, and an operator called jansen."""
    (folder / "agreements").mkdir()
    (folder / "meetlat.toml").write_text(f'{more}\n{READY}\n{MAIN}\n[storage]\nurl = "sqlite:///{folder}/meetlat.db"\n')
    (folder / "agreements/acme.toml").write_text(AGREEMENT)
    config = load(folder, {})
    record = open_record(config.storage.url.reveal(), Clock())
    record.watch([watch()], START)
    for number, seen in enumerate(observations(drawing)):
        stands = rewatch(record.standing(START), record.watches(), START + number * STEP).standing
        turn = judge(stands, [(seen, record.watches()[0])], START + number * STEP)
        record.append(Batch(START + number * STEP, (seen,), turn.redraws, turn.foldings, turn.notices))
    record.close()
    people = open_people(config.storage.url.reveal())
    made = Office(config, people, Hands(), folder)
    made.operator()
    try:
        yield made
    finally:
        people.close()
        for each in made.readers:
            each.close()


def fields(page: str) -> dict[str, str]:
    """What a page would send if nothing was changed in its forms."""
    found = {
        html.unescape(name): html.unescape(value)
        for name, value in re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page)
    }
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', page):
        found[name] = html.unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)">(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    return found


HASHED = passwords.hashed(PASSWORD)
