"""Does an address answer over HTTP as it should?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urljoin, urlsplit

from monitor.http_client import BODY_LIMIT, Answer, Timings, is_address
from monitor.probes import Course, Probe, Tools
from monitor.resolver import DeniedError
from monitor.table import Secret, duration
from monitor.timeline.model import Reason, Verdict
from monitor.unpack import text, unpack
from monitor.values import web_address

REDIRECTS = 5
FRAMING = {"connection", "content-length", "transfer-encoding", "upgrade"}


def _address(value: object) -> str:
    url = str(value)
    if isinstance(value, str) and "@" in url.partition("://")[2].partition("/")[0]:
        raise ValueError(
            "a user or password in an address is refused, since addresses are shown;"
            ' write headers = { Authorization = "Basic ${NAME}" } and set NAME in the environment'
        )
    if not is_address(web_address(value)):
        raise ValueError("allowed is an address without spaces and control characters")
    return url


def _status(value: object) -> int:
    if type(value) is not int or not 200 <= value <= 999:
        raise ValueError("allowed is a whole number from 200 to 999")
    return value


def _wanted(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("allowed is a text that is not empty")
    return value


def _header(name: object) -> str:
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name):
        raise ValueError("allowed in the name of a header are letters, digits and hyphens")
    if name.lower() in FRAMING:
        raise ValueError("is set by the probe itself")
    return name


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and is_address(url)
    except ValueError:
        return False


@dataclass(frozen=True, kw_only=True)
class Settings(Probe):
    """``url`` is asked with GET. A pass is a ``status`` of the list (empty: 200 to 299) and a body that holds ``contains``.

    ``degraded_above`` is a duration: a slower right answer is degraded. ``headers`` may hold secrets. Redirects are followed, at
    most five, unless their status is in the list.
    """

    url: Annotated[str, _address]
    status: tuple[Annotated[int, _status], ...] = ()
    contains: Annotated[str, _wanted] | None = None
    degraded_above: Annotated[int, duration] | None = None
    headers: dict[Annotated[str, _header], Secret] = field(default_factory=dict)

    def target(self) -> str:
        """The address without its query, which may hold a key."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}{parts.path}{'?…' if parts.query else ''}"

    def shown(self) -> dict[str, object]:
        """The settings in force; headers hide themselves."""
        return super().shown() | {"url": self.target()}


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Request, follow redirects, judge."""
    begun = tools.clock.ticks_us()
    headers = {name: secret.reveal() for name, secret in probe.headers.items()}
    url = probe.url
    for hop in range(REDIRECTS + 1):
        try:
            answer = await _hop(url, headers, tools, course)
        except DeniedError as error:
            if hop == 0:
                raise
            return Verdict.failed(Reason.REDIRECT, f"redirected: {error}")
        location = answer.headers.get("location")
        if location is None or not 300 <= answer.status < 400 or answer.status in probe.status:
            return _judge(probe, answer, (tools.clock.ticks_us() - begun) // 1000)
        onward = _onward(url, location)
        if onward is None:
            return Verdict.failed(Reason.REDIRECT, f"{answer.status} to an address that cannot be followed")
        if not _is_trusted(url, onward):
            headers = {}  # what was meant for one host is not shown to another
        url = onward
    return Verdict.failed(Reason.REDIRECT, f"more than {REDIRECTS} redirects")


async def _hop(url: str, headers: dict[str, str], tools: Tools, course: Course) -> Answer:
    """One request. Each phase is added to that of the hops before."""
    course.phase = "dns"
    begun = tools.clock.ticks_us()
    addresses = await tools.resolver.addresses(urlsplit(url).hostname or "")
    course.dns_us = _sum(course.dns_us, tools.clock.ticks_us() - begun)
    timings = Timings(tools.clock.ticks_us)
    try:
        return await tools.http.ask(url, addresses, headers, timings)
    finally:
        course.phase = timings.phase
        course.connect_us = _sum(course.connect_us, timings.took("connect_tcp"))
        course.tls_us = _sum(course.tls_us, timings.took("start_tls"))
        first_byte = timings.took("send_request_headers", "receive_response_headers")
        course.first_byte_us = _sum(course.first_byte_us, first_byte)


def _sum(before: int | None, more: int | None) -> int | None:
    return before if more is None else (before or 0) + more


def _onward(url: str, location: str) -> str | None:
    """Where a redirect leads, by the one parser that also finds the host; None when that is no web address."""
    try:
        if urlsplit(location).scheme and not urlsplit(location).netloc:
            return None
        onward = urljoin(url, location)
        onward.encode("ascii")
    except ValueError:
        return None
    return onward if _is_web(onward) and re.fullmatch(r"[\w.:-]+", urlsplit(onward).hostname or "") else None


def _is_trusted(url: str, onward: str) -> bool:
    """Whether the secrets for one address may be shown to the other: the same host and port, and no less private."""
    before, after = urlsplit(url), urlsplit(onward)
    return before.netloc == after.netloc and (before.scheme, after.scheme) != ("https", "http")


def _judge(probe: Settings, answer: Answer, took_ms: int) -> Verdict:
    is_listed = answer.status in probe.status
    if not is_listed and _is_challenged(answer):
        after = answer.headers.get("retry-after", "")
        wait = f", retry after {after} s" if after.isascii() and after.isdigit() else ""
        return Verdict.unknown(Reason.BLOCKED, f"status {answer.status}{wait}")
    if not is_listed and (probe.status or not 200 <= answer.status < 300):
        return Verdict.failed(Reason.STATUS, f"status {answer.status}")
    fault = _fault_of_body(answer, probe.contains) if probe.contains is not None else ""
    if fault:
        return Verdict.failed(Reason.BODY, fault)
    if probe.degraded_above is not None and took_ms > probe.degraded_above:
        return Verdict.degraded(Reason.SLOW, f"{took_ms} ms")
    return Verdict.passed()


def _is_challenged(answer: Answer) -> bool:
    """Whether a guard in front of the target held us up, which says nothing about what its customers see."""
    told = (answer.headers.get("cf-mitigated"), answer.headers.get("x-amzn-waf-action"))
    return answer.status == 429 or not {"challenge", "captcha"}.isdisjoint(told)


def _fault_of_body(answer: Answer, wanted: str) -> str:
    try:
        coding = answer.headers.get("content-encoding", "")
        body, is_cut = unpack(answer.body, coding, answer.is_cut, BODY_LIMIT)
    except ValueError as error:
        return str(error)
    if wanted in text(body, answer.headers.get("content-type", "")):
        return ""
    return "the body lacks the text" + (" (cut)" if is_cut else "")
