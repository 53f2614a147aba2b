"""The three ways to operate, each as its user has it: the command, a program with a token, and a person with Chromium."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from playwright.sync_api import Locator, Page
from running import Meetlat

BY = "J. Jansen"
PASSWORD = "correct horse battery"
INCIDENT, MAINTENANCE = "incident", "maintenance"


@dataclass(frozen=True)
class Saying:
    """One thing that an operator says. ``start`` and ``end`` are as one writes a time; what is empty is not said."""

    account: str
    step: str
    texts: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    components: Mapping[str, str] = field(default_factory=dict)
    impact: str = ""
    severity: str = ""
    start: str = ""
    end: str = ""


class Way(Protocol):
    """A way to operate."""

    def say(self, it: Saying, name: str) -> str:
        """Say it of the account of that name, of a new one without; the name."""

    def label(self, outage: str, kind: str, why: str) -> None:
        """Label a measured outage."""


@dataclass
class Command:
    """At a command line."""

    meetlat: Meetlat
    verbs: Mapping[str, str] = field(
        default_factory=lambda: {
            "acknowledged": "acknowledge",
            "resolved": "resolve",
            "corrected": "correct",
            "scheduled": "move",
            "in_progress": "start",
            "verifying": "verify",
            "completed": "complete",
            "cancelled": "cancel",
        }
    )

    def say(self, it: Saying, name: str) -> str:
        """By a command."""
        times = ("--started", "--ended") if it.account == INCIDENT else ("--start", "--end")
        given = {times[0]: it.start, times[1]: it.end, "--impact": it.impact, "--severity": it.severity}
        line = [each for option, text in given.items() if text for each in (option, text)]
        line += [each for name, state in it.components.items() for each in ("--component", f"{name}={state}")]
        if name:
            verb = self.verbs.get(it.step, "update")
            first = [verb, name, *(("--phase", it.step) if verb == "update" else ())]
        elif it.account == INCIDENT:
            first = ["open", it.titles["en"]]
        else:
            first = ["schedule", it.titles["en"], it.start, it.end]
            line = [each for name in it.components for each in ("--component", name)]
        line += ["--text", it.texts["en"]] if "en" in it.texts else []
        line += [each for code, text in it.texts.items() if code != "en" for each in ("--also", code, text)]
        line += [each for code, text in it.titles.items() if code != "en" for each in ("--title-also", code, text)]
        return self.meetlat.run(it.account, *first, *line, "--by", BY).split()[0]

    def label(self, outage: str, kind: str, why: str) -> None:
        """By a command."""
        self.meetlat.run("label", "--outage", outage, "--kind", kind, "--why", why, "--by", BY)


@dataclass
class Program:
    """By HTTP, with a token. It is never sure that it was heard, so that it says everything twice, under one key."""

    url: str
    token: str
    count: int = 0

    def say(self, it: Saying, name: str) -> str:
        """By a request."""
        times = ("started_at", "ended_at") if it.account == INCIDENT else ("starts_at", "ends_at")
        body: dict[str, Any] = {times[0]: it.start, times[1]: it.end, "title": it.titles, "text": it.texts}
        body |= {"impact": it.impact, "severity": it.severity, "components": it.components}
        if it.account == INCIDENT:
            body["phase"] = it.step
        elif name:
            body["stage"] = it.step
        else:
            body["components"] = list(it.components)
        path = f"/{it.account}s/{name}/updates" if name else f"/{it.account}s"
        return str(self._post(path, {key: value for key, value in body.items() if value})["id"])

    def label(self, outage: str, kind: str, why: str) -> None:
        """By a request."""
        self._post("/labels", {"outage": outage, "kind": kind, "why": why})

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        self.count += 1
        first, again = (self._once(path, body) for _ in range(2))
        assert first == again
        return first

    def _once(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        headers["Idempotency-Key"] = f"step-{self.count}"
        asked = urllib.request.Request(f"{self.url}/api/v1{path}", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert answer.status == 201
            found: dict[str, Any] = json.load(answer)
            return found


@dataclass
class Person:
    """In Chromium, on the pages of the admin."""

    page: Page
    url: str

    def enter(self, name: str) -> None:
        """Log in."""
        self.page.goto(f"{self.url}/login")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url(f"{self.url}/")

    def say(self, it: Saying, name: str) -> str:
        """By a form: looked at beforehand where there are words, then published."""
        self.page.goto(f"{self.url}/{it.account}s/{name or 'new'}")
        before = self.page.locator("h3").count()
        if it.step == "acknowledged":
            self.page.get_by_role("button", name="Acknowledge").click()
        elif it.step == "corrected":
            self._correct(it)
        else:
            self._fill(it, is_new=not name)
            self.page.get_by_role("button", name="Preview").click()
            assert self.page.locator(".seen").count(), self.page.inner_text("main")
            self.page.get_by_role("button", name="Publish", exact=True).click()
        self.page.wait_for_url(re.compile(f"/{it.account}s/(?!new)[a-z0-9-]+$"))
        assert not self.page.get_by_role("alert").count(), self.page.inner_text("main")
        assert self.page.locator("h3").count() > (before if name else 0)
        return self.page.url.rsplit("/", 1)[1]

    def label(self, outage: str, kind: str, why: str) -> None:
        """By a form."""
        self.page.goto(f"{self.url}/labels")
        self.page.locator(f'a[href$="outage={outage}"]').click()
        self.page.get_by_label("Kind").select_option(kind)
        self.page.get_by_label("Why").fill(why)
        self.page.get_by_role("button", name="Publish the label").click()
        self.page.wait_for_url(f"{self.url}/labels")

    def _fill(self, it: Saying, *, is_new: bool) -> None:
        form = self.page.locator(f'form[action^="/{it.account}s/"]').first
        for kind, words in (("title", it.titles), ("text", it.texts)):
            for code, text in words.items():
                form.locator(f'[name="{kind}.{code}"]').fill(text)
        for name, state in it.components.items():
            self._put(form.locator(f'[name="component.{name}"]'), state)
        for name, text in (("start", it.start), ("end", it.end)):
            if text:
                form.locator(f'[name="{name}"]').fill(text)
        chosen = {"impact": it.impact, "severity": it.severity, "step": it.step}
        if is_new and it.account == MAINTENANCE:
            chosen = {}
        for name, text in chosen.items():
            if text:
                form.locator(f'[name="{name}"]').select_option(text)

    def _put(self, field: Locator, state: str) -> None:
        if field.get_attribute("type") == "checkbox":
            field.check()
        else:
            field.select_option(state)

    def _correct(self, it: Saying) -> None:
        self.page.get_by_text("Correct its times").click()
        for label, text in (("Began", it.start), ("Ended", it.end), ("Why", it.texts["en"])):
            self.page.locator("details[open]").get_by_label(label).fill(text)
        self.page.get_by_role("button", name="Publish the correction").click()
