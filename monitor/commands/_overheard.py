"""What goes over the line while one endpoint is asked, and what was wanted of it: kept for the operator who asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, get_type_hints
from urllib.parse import urlsplit

from monitor.commands._certificates import HeardContexts
from monitor.http_client import Answer, HttpClient, Question
from monitor.probes import Course, Probe, Tools, is_wanted
from monitor.probes._web import shown_address
from monitor.probes._written import written
from monitor.resolver import NoSuchNameError, Resolver, UnresolvableError

MOST = 200  # lines of a header
SHOWN = (
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "host",
    "user-agent",
)  # of a request; of others only the name
PRIVATE = ("authorization", "cookie", "token", "secret", "api-key", "password")  # in the name of what an answer holds


@dataclass
class Overheard:
    """What was said so far, in lines; the assertions, by key and words; and the secrets that were met on the way."""

    course: Course = field(default_factory=Course)
    lines: list[str] = field(default_factory=list)
    checks: dict[tuple[str, str], tuple[bool, str]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.course.listener = self

    def say(self, text: str) -> None:
        """One more line."""
        self.lines.append(plainly(text))

    def head(self, first: str, headers: Iterable[tuple[str, str]]) -> None:
        """Lines of the head of an answer."""
        self.say(first)
        for name, value in islice(headers, MOST):
            self.say(f"  {name}: {_told(name.lower(), value)}")

    def hide(self, secret: str) -> None:
        """One more secret."""
        self.hidden.add(secret)

    def check(self, key: str, wanted: str, is_held: bool, found: str) -> None:
        """One more assertion; or the same again, of which the last counts."""
        self.checks.pop((key, wanted), None)
        self.checks[(key, wanted)] = is_held, found

    def tools(self, of: Tools) -> Tools:
        """The same tools, listened to."""
        contexts = HeardContexts(self, of.clock)
        http = _Client(contexts, self)
        return replace(of, resolver=_Resolver(of.resolver, self), http=http, contexts=contexts)

    def assertions(self, probe: Probe) -> Iterator[str]:
        """What was wanted, one by one, and whether it was so; at the end what it never came to."""
        for key in probe.assertions():
            told = [(wanted, *found) for (about, wanted), found in self.checks.items() if about == key]
            said = [
                each for each in told if each[0]
            ] or told  # that a step was answered is said by what was wanted of it
            for wanted, is_held, found in said:
                about = wanted or _wanted(probe, key)
                yield plainly(f"{'ok  ' if is_held else 'not '} {about}{f': {found}' if found else ''}")
            if not told:
                yield plainly(f"?    {_wanted(probe, key)}: not reached")


def _wanted(probe: Probe, key: str) -> str:
    """A key as it stands in the settings; or the words for what is always wanted."""
    value = probe.shown().get(key)
    hints = get_type_hints(type(probe), include_extras=True)
    return f"{key} = {written(value, hints[key])}" if is_wanted(value) else key


class _Resolver(Resolver):
    """Names the addresses of each name."""

    def __init__(self, inner: Resolver, overheard: Overheard) -> None:
        self._inner = inner
        self._overheard = overheard

    async def addresses(self, host: str) -> tuple[str, ...]:
        try:
            found = await self._inner.addresses(host)
        except (NoSuchNameError, UnresolvableError) as error:
            self._overheard.say(f"resolved {host}: {error}")
            raise
        self._overheard.say(f"resolved {host}: {', '.join(found)}")
        return found


class _Client(HttpClient):
    """Shows each request and the head of its answer."""

    def __init__(self, contexts: HeardContexts, overheard: Overheard) -> None:
        super().__init__(contexts)
        self._overheard = overheard

    async def ask(self, question: Question, addresses: Sequence[str], *rest: Any, **named: Any) -> Answer:
        said, place = self._overheard, self._overheard.course.place
        if question.proxy:
            parts = urlsplit(question.proxy)
            said.say(f"through the proxy {parts.scheme}://{parts.hostname}:{parts.port}")
        said.say(f"request{place}: {question.method} {shown_address(question.url)}")
        with suppress(Exception):
            for name, value in question.request.headers.multi_items():
                said.say(f"  {name}: {value if name in SHOWN else '***'}")
        if question.body:
            said.say(f"  and {len(question.body)} bytes")
        answer = await super().ask(question, addresses, *rest, **named)
        said.say(f"body{place}: {len(answer.body)} bytes{' (cut)' if answer.is_cut else ''}")
        return answer

    def kept(self, response: Any, wanted: frozenset[str]) -> dict[str, str]:
        """All of its head is shown, and kept is what is looked at."""
        said, place = self._overheard, self._overheard.course.place
        said.head(f"answer{place}: {response.status_code}, {response.http_version}", response.headers.multi_items())
        return super().kept(response, wanted)


def _told(name: str, value: str) -> str:
    """The value of a header of an answer, without what may let somebody in."""
    if name == "location":
        return value.partition("?")[0]
    return "***" if any(each in name for each in PRIVATE) else value


def plainly(text: str) -> str:
    """What a target may have written, on one line."""
    return "".join(each if each.isprintable() else "�" for each in text)
