"""Does an address answer over HTTP as it should?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urljoin, urlsplit

from monitor.http_client import Answer, NoAnswerError, Timings, is_address
from monitor.probes import Course, Probe, Tools, verdict_of
from monitor.table import Secret, duration
from monitor.timeline.model import Reason, Verdict

REDIRECTS = 5


def _address(value: object) -> str:
    if not isinstance(value, str) or not _is_web(value):
        raise ValueError("allowed is an address that begins with http:// or https://")
    return value


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and is_address(url)
    except ValueError:
        return False


@dataclass(frozen=True, kw_only=True)
class Settings(Probe):
    """``url`` is asked with GET. A pass is a ``status`` of the list (empty: 200 to 399) and a body that holds ``contains``.

    ``degraded_above`` is a duration: a slower right answer is degraded. ``headers`` may hold secrets. Redirects are followed, at
    most five, unless their status is in the list.
    """

    url: Annotated[str, _address]
    status: tuple[int, ...] = ()
    contains: str | None = None
    degraded_above: Annotated[int, duration] | None = None
    headers: dict[str, Secret] = field(default_factory=dict)

    def target(self) -> str:
        """The address without user, password and query."""
        parts = urlsplit(self.url)
        where = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{where}{parts.path}{'?…' if parts.query else ''}"


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Request, follow redirects, judge."""
    begun = tools.clock.ticks_us()
    headers = {name: secret.reveal() for name, secret in probe.headers.items()}
    url = probe.url
    try:
        for _ in range(REDIRECTS + 1):
            answer = await _hop(url, headers, tools, course)
            if answer.location is None or not 300 <= answer.status < 400 or answer.status in probe.status:
                return _judge(probe, answer, (tools.clock.ticks_us() - begun) // 1000)
            onward = _onward(url, answer.location)
            if onward is None:
                return Verdict.failed(Reason.REDIRECT, f"{answer.status} to an address that cannot be followed")
            if urlsplit(onward).netloc != urlsplit(url).netloc or (
                url.startswith("https") > onward.startswith("https")
            ):
                headers = {}  # what was meant for one host is not shown to another
            url = onward
        return Verdict.failed(Reason.REDIRECT, f"more than {REDIRECTS} redirects")
    except NoAnswerError as failure:
        return verdict_of(failure)


async def _hop(url: str, headers: dict[str, str], tools: Tools, course: Course) -> Answer:
    """One request. Each phase is added to that of the hops before."""
    course.phase = "dns"
    begun = tools.clock.ticks_us()
    address = await tools.resolver.address(urlsplit(url).hostname or "")
    course.dns_us = _sum(course.dns_us, tools.clock.ticks_us() - begun)
    timings = Timings(tools.clock.ticks_us)
    try:
        return await tools.http.ask(url, address, headers, timings)
    finally:
        course.phase = timings.phase
        course.connect_us = _sum(course.connect_us, timings.took("connect_tcp"))
        course.tls_us = _sum(course.tls_us, timings.took("start_tls"))
        first_byte = timings.took("send_request_headers", "receive_response_headers")
        course.first_byte_us = _sum(course.first_byte_us, first_byte)


def _sum(before: int | None, more: int | None) -> int | None:
    return before if more is None else (before or 0) + more


def _onward(url: str, location: str) -> str | None:
    try:
        onward = urljoin(url, location)
        onward.encode("ascii")
    except ValueError:
        return None
    return onward if _is_web(onward) and re.fullmatch(r"[\w.:-]+", urlsplit(onward).hostname or "") else None


def _judge(probe: Settings, answer: Answer, took_ms: int) -> Verdict:
    expected = answer.status in probe.status if probe.status else 200 <= answer.status < 400
    if not expected:
        if answer.status == 429:
            return Verdict.unknown(Reason.BLOCKED, "status 429")
        return Verdict.failed(Reason.STATUS, f"status {answer.status}")
    if probe.contains is not None and probe.contains not in answer.body.decode("utf-8", "replace"):
        return Verdict.failed(Reason.BODY, "the body lacks the text" + (" (cut)" if answer.is_cut else ""))
    if probe.degraded_above is not None and took_ms > probe.degraded_above:
        return Verdict.degraded(Reason.SLOW, f"{took_ms} ms")
    return Verdict.passed()
