"""The form by which visitors ask to be told, over an installation, and what a browser does with it, in tests."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from telling_run import Told
from werkzeug.test import Client, TestResponse

from monitor.clock import Clock
from monitor.store import Subscribers
from statuspage.signup import Below, create_app

URL = "https://status.acme.example/to"
KINDS = ["incident", "maintenance"]
SIGN_UP = f"""
[subscribe]
url = "{URL}"
ways = ["email", "webhook", "slack", "teams"]
reach = ["127.0.0.0/8"]
"""


@dataclass
class Counter:
    """The form over an installation."""

    told: Told
    subscribers: Subscribers
    client: Client

    def ask(self, address: str, status: int = 200, **more: Any) -> TestResponse:
        """Send the form."""
        where = more.pop("path", "/to/en/")
        headers = more.pop("headers", {})
        environ = {"REMOTE_ADDR": more.pop("visitor", "192.0.2.7")}
        data = {"address": address, "kind": KINDS, **more}
        answer = self.client.post(where, data=data, headers=headers, environ_overrides=environ)
        assert answer.status_code == status, answer.text
        return answer

    def press(self, link: str, status: int = 200, **more: Any) -> TestResponse:
        """Open a link and press what is on it."""
        path = urlsplit(link).path
        shown = self.client.get(path)
        assert shown.status_code == status
        return self.client.post(path, **more)

    def only_request(self) -> str:
        """The name of the wish that waits."""
        with sqlite3.connect(self.told.folder / "meetlat-telling.db") as file:
            ((name,),) = file.execute("SELECT id FROM requests").fetchall()
        file.close()
        return str(name)


def counter_of(acme: Told, subscribers: Subscribers) -> Counter:
    """The form over these subscribers."""
    sign_up = acme.config.telling.sign_up
    assert sign_up
    app = create_app(acme.config, sign_up, subscribers, Clock())
    return Counter(acme, subscribers, Client(Below(app, URL)))
