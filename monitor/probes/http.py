"""Does an address answer over HTTP as it should?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urljoin, urlsplit

from monitor.http_client import Answer, NoAnswerError, Timings
from monitor.probes import Course, Probe, Tools
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
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
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
    await tools.resolver.address(urlsplit(probe.url).hostname or "")
    course.dns_us, course.phase = tools.clock.ticks_us() - begun, "connection"
    timings = Timings(tools.clock.ticks_us)
    headers = {name: secret.reveal() for name, secret in probe.headers.items()}
    url = probe.url
    try:
        for _ in range(REDIRECTS + 1):
            try:
                course.phase = "answer"
                answer = await tools.http.ask("GET", url, headers, timings)
            finally:
                course.connect_us, course.tls_us = timings.took("connect_tcp"), timings.took("start_tls")
                course.first_byte_us = timings.took("receive_response_headers")
            if answer.location is None or not 300 <= answer.status < 400 or answer.status in probe.status:
                return _judge(probe, answer, (tools.clock.ticks_us() - begun) // 1000)
            onward = _onward(url, answer.location)
            if onward is None:
                return Verdict.failed(Reason.REDIRECT, f"{answer.status} to an address that cannot be followed")
            if urlsplit(onward).netloc != urlsplit(url).netloc:
                headers = {}  # what was meant for one host is not shown to another
            url = onward
        return Verdict.failed(Reason.REDIRECT, f"more than {REDIRECTS} redirects")
    except NoAnswerError as failure:
        return _failure(failure)


def _onward(url: str, location: str) -> str | None:
    try:
        onward = urljoin(url, location)
        onward.encode("ascii")
    except ValueError:
        return None
    return onward if _is_web(onward) else None


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


def _failure(failure: NoAnswerError) -> Verdict:
    if failure.kind == "internal":
        return Verdict.unknown(Reason.INTERNAL, failure.evidence)
    if failure.kind == "network":
        return Verdict.unknown(Reason.NETWORK, failure.evidence)
    reasons = {"connect": Reason.CONNECT, "tls": Reason.TLS, "closed": Reason.CLOSED, "protocol": Reason.PROTOCOL}
    return Verdict.failed(reasons[failure.kind], failure.evidence)
