"""What goes over the line while one endpoint is asked: kept for the operator who asked, with every secret taken out."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from monitor.http_client import Answer, HttpClient, Question
from monitor.probes import Course, Probe, Tools
from monitor.probes._asking import Asking
from monitor.probes._judging import judged
from monitor.probes._web import shown_address
from monitor.resolver import Resolver
from monitor.sla.periods import instant
from monitor.table import Secret, lasting
from monitor.timeline.model import Outcome

LONGEST = 300  # characters of what a target says on one line
SHOWN = (
    "accept",
    "accept-encoding",
    "connection",
    "user-agent",
    "content-type",
)  # of a request; of others only the name
ANY_STATUS = (range(1000),)


@dataclass
class Overheard:
    """What was said so far, in lines; and each answer over HTTP, by the step it belongs to."""

    course: Course = field(default_factory=Course)
    lines: list[str] = field(default_factory=list)
    answers: dict[str, tuple[Answer, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.course.listener = self.say

    def say(self, text: str) -> None:
        """One more line."""
        self.lines.append(plainly(text))

    def tools(self, of: Tools) -> Tools:
        """The same tools, listened to."""
        return replace(of, resolver=_Resolver(of.resolver, self), http=_Client(of.http, self, of))


class _Resolver(Resolver):
    """Names the addresses of each name."""

    def __init__(self, inner: Resolver, overheard: Overheard) -> None:
        self._inner = inner
        self._overheard = overheard

    async def addresses(self, host: str) -> tuple[str, ...]:
        found = await self._inner.addresses(host)
        self._overheard.say(f"resolved {host}: {', '.join(found)}")
        return found


class _Client(HttpClient):
    """Shows each request and the head of its answer."""

    def __init__(self, inner: HttpClient, overheard: Overheard, tools: Tools) -> None:
        self._inner = inner
        self._overheard = overheard
        self._ticks = tools.clock.ticks_us

    async def ask(self, question: Question, addresses: Sequence[str], *rest: Any, **named: Any) -> Answer:
        said, begun = self._overheard, self._ticks()
        place = said.course.place
        sent = [f"{name}: {value if name in SHOWN else '***'}" for name, value in question.headers.items()]
        said.say(f"request{place}: {question.method} {shown_address(question.url)}")
        for each in sent:
            said.say(f"  {each}")
        if question.body:
            said.say(f"  and {len(question.body)} bytes")
        answer = await self._inner.ask(question, addresses, *rest, **named)
        said.say(f"answer{place}: {answer.status}, {len(answer.body)} bytes{' (cut)' if answer.is_cut else ''}")
        for name, value in sorted(answer.headers.items()):
            said.say(f"  {name}: {value.partition('?')[0] if name == 'location' else value}")
        if answer.certificate_end is not None:
            said.say(f"  certificate ends {instant(answer.certificate_end)}")
        said.answers[place] = (answer, (self._ticks() - begun) // 1000)
        return answer


def assertions(probe: Probe, overheard: Overheard, now: int) -> Iterator[str]:
    """What was wanted of each answer over HTTP, one by one, and whether it was so."""
    steps: Iterable[tuple[str, Any]] = [("", probe)]
    if not isinstance(probe, Asking):
        steps = [
            (where, step)
            for number, step in enumerate(getattr(probe, "steps", ()), 1)
            for where in overheard.answers
            if where.split(" (")[0] == f" in step {number}"
        ]
    for where, asked in steps:
        if where in overheard.answers and isinstance(asked, Asking):
            answer, took_ms = overheard.answers[where]
            for name, alone in _each(asked):
                verdict = judged(alone, answer, took_ms, now)
                is_so = verdict.outcome is Outcome.PASS
                yield plainly(f"{'ok  ' if is_so else 'not '} {name}{where}{'' if is_so else f': {verdict.detail}'}")


def _each(probe: Asking) -> Iterator[tuple[str, Any]]:
    """The same question with one of its assertions at a time."""
    bare: dict[str, Any] = {
        "status": ANY_STATUS,
        "http": "any",
        "location": None,
        "final_url": None,
        "expect_headers": {},
        "contains": None,
        "lacks": None,
        "matches": None,
        "json_path": (),
        "degraded_above": None,
        "certificate_days": None,
    }
    yield f"status {_statuses(probe.stays) or '200 to 299'}", replace(probe, **bare | {"status": tuple(probe.stays)})
    if probe.http != "any":
        yield f"HTTP/{probe.http}", replace(probe, **bare | {"http": probe.http})
    for key in ("location", "final_url"):
        if getattr(probe, key):
            yield f"{key} {_place(getattr(probe, key))}", replace(probe, **bare | {key: getattr(probe, key)})
    for name, value in probe.expect_headers.items():
        yield f"header {name} holds {value!r}", replace(probe, **bare | {"expect_headers": {name: value}})
    for key in ("contains", "lacks", "matches"):
        wanted = getattr(probe, key)
        if wanted is not None:
            yield f"body {key} {getattr(wanted, 'pattern', wanted)!r}", replace(probe, **bare | {key: wanted})
    for rule in probe.json_path:
        yield f"json {getattr(rule, 'path', rule)}", replace(probe, **bare | {"json_path": (rule,)})
    if probe.degraded_above is not None:
        yield (
            f"within {lasting(probe.degraded_above)}",
            replace(probe, **bare | {"degraded_above": probe.degraded_above}),
        )
    if probe.certificate_days:
        about = f"certificate has {probe.certificate_days.degrade} days left"
        yield about, replace(probe, **bare | {"certificate_days": probe.certificate_days})


def _place(wanted: str) -> str:
    """A path, or a whole address; its query may hold a key."""
    return shown_address(wanted) if "://" in wanted else wanted.partition("?")[0]


def _statuses(wanted: Iterable[int | range]) -> str:
    return ", ".join(f"{each.start} to {each.stop - 1}" if isinstance(each, range) else str(each) for each in wanted)


def plainly(text: str) -> str:
    """What a target may have written, on one line and short."""
    return "".join(each if each.isprintable() else "�" for each in text)[:LONGEST]


def without_secrets(lines: Iterable[str], probe: Probe) -> list[str]:
    """The same lines, whoever said what is secret: also a target that says it back."""
    hidden = sorted({form for secret in _secrets(probe) for form in _forms(secret)}, key=len, reverse=True)
    found: list[str] = []
    for line in lines:
        for each in hidden:
            line = line.replace(each, "***")  # noqa: PLW2901 -- one after the other
        found.append(line)
    return found


def _forms(secret: str) -> Iterator[str]:
    if len(secret) >= 3:  # a shorter one would take letters out of every word, and hide nothing
        yield from (secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode())


def _in_address(url: str) -> Iterator[str]:
    """The password in an address, as it is written there and as it is meant; and what stands in the query."""
    found = re.search(r"://[^:/@]*:([^@]*)@", url)
    yield from (found[1], unquote(found[1])) if found else ()
    query = url.partition("?")[2].partition("#")[0]
    yield query
    yield from (value for _, value in parse_qsl(query))


def _secrets(value: object) -> Iterator[str]:
    """Every secret in it, the lines of those that have several, and what is secret in an address, whether or not all of it is."""
    if isinstance(value, Secret):
        yield value.reveal()
        yield from value.reveal().splitlines()
        if "://" in value.reveal():
            yield from _in_address(value.reveal())
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from _secrets(getattr(value, each.name))
        yield from _in_address(str(getattr(value, "url", "")))
        user, password = getattr(value, "user", None), getattr(value, "password", None)
        if user is not None and isinstance(password, Secret):
            yield f"{user}:{password.reveal()}"
    elif isinstance(value, dict):
        for each in value.values():
            yield from _secrets(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from _secrets(each)
