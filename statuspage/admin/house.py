"""What the routes of the admin share: the configuration, the record, who acts, and saying something in their name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import Flask, Response, current_app, g, request

from monitor import saying
from monitor.access import BY_API, BY_PAGE, Access
from monitor.clock import Clock
from monitor.config import Config
from monitor.incidents.book import Book, book
from monitor.incidents.event import Event
from monitor.oidc import Oidc
from monitor.people.model import Deed
from monitor.saying import Wish
from monitor.store import Reader, StoreError
from monitor.timeline.record import Label
from statuspage.admin.context import Words
from statuspage.admin.forms import Form
from statuspage.admin.guard import Guard
from statuspage.views import Facts


@dataclass(frozen=True)
class House:
    """One configuration, served."""

    config: Config
    access: Access
    guard: Guard
    words: Words
    clock: Clock
    open_reader: Callable[[], Reader]
    oidc: Oidc | None = None

    def answer(self, made: Any) -> Response:
        """An answer that more can be added to."""
        return current_app.make_response(made)

    def facts(self) -> Facts:
        """What was measured and said, at this moment; of an admin that is opened before the worker, nothing yet."""
        if "facts" not in g:
            try:
                reader: Reader | None = self.open_reader()
            except StoreError:
                reader = None
            g.facts = Facts(self.config, reader, self.clock.now())
            g.now = g.facts.now
            g.book = book(reader.events()) if reader else Book()
        found: Facts = g.facts
        return found

    def book(self) -> Book:
        """What was said so far."""
        self.facts()
        found: Book = g.book
        return found

    def look_again(self) -> None:
        """Something was said since: what is asked from now on sees it."""
        g.pop("facts", None)

    @property
    def base(self) -> str:
        """Where the page that customers see begins."""
        return self.config.page.url.rstrip("/")

    def when(self, text: str, name: str) -> int:
        """A time as people write it. StepError for what is none."""
        return saying.when(self.config, text, name)

    def form(self) -> Form:
        """What was filled in."""
        return Form(request.form, self.when)

    def label(self, label: Label) -> None:
        """Put it in the record, and in the audit trail."""
        saying.keep_label(self.config, self.clock, label)
        self.note(f"label {label.kind}", label.outage or label.component, label.why[:200])

    def who(self) -> str:
        """What is published as the name of who says something."""
        return str(g.token.by if "token" in g else g.session.operator.shown)

    def is_said(self, event: Event, wish: Wish) -> bool:
        """Whether whoever asks said just this, so that a form came twice; otherwise these are other words under the same name."""
        said = (event.by, dict(event.texts), dict(event.said.titles or {}))
        return said == (self.who(), wish.texts, wish.titles)

    def say(self, *events: Event) -> None:
        """Put it in the record, and in the audit trail. Conflict when somebody was first."""
        saying.say(self.config, self.clock, *events)
        for each in events:
            self.note(f"{each.account} {each.step}", each.subject, f"event {each.number}")

    def note(self, what: str, about: str = "", detail: str = "") -> None:
        """Append to the audit trail what whoever asks just did."""
        name, way = (g.token.id, BY_API) if "token" in g else (g.session.operator.name, BY_PAGE)
        self.access.people.note(self.deed(what, about, detail, name, way))

    def deed(self, what: str, about: str = "", detail: str = "", name: str = "", way: str = BY_PAGE) -> Deed:
        """A row of the audit trail."""
        who = name or g.session.operator.name
        return Deed(self.clock.now(), who, way, self.guard.address(), what, about, detail)


@dataclass
class Routes:
    """The routes of one file: each view is called with the house it stands in."""

    found: list[tuple[str, str, str, Callable[..., Any]]] = field(default_factory=list)

    def get(self, path: str, endpoint: str | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A view that changes nothing."""
        return self._route("GET", path, endpoint)

    def post(self, path: str, endpoint: str | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A view that does."""
        return self._route("POST", path, endpoint)

    def _route(
        self, method: str, path: str, endpoint: str | None
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def add(view: Callable[..., Any]) -> Callable[..., Any]:
            self.found.append((method, path, endpoint or view.__name__, view))
            return view

        return add

    def add(self, app: Flask, house: House) -> None:
        """Serve them."""
        for method, path, endpoint, view in self.found:
            app.add_url_rule(path, endpoint, partial(view, house), methods=[method])
