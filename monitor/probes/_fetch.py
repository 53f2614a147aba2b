"""A question over HTTP and the redirects behind it. What was meant for one host is not shown to another."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from monitor.http_client import Answer, Question, Timings, is_address
from monitor.probes import Course, Tools
from monitor.reach import NoAnswerError
from monitor.resolver import DeniedError, NoSuchNameError, UnresolvableError, is_literal

REDIRECTS = 5


async def fetch(
    question: Question, tools: Tools, course: Course, hops: int = REDIRECTS, wanted: Collection[int | range] = ()
) -> Answer:
    """The answer behind at most so many redirects. One whose status is ``wanted`` is not followed."""
    for hop in range(hops + 1):
        try:
            answer = await _hop(question, tools, course)
        except DeniedError as error:
            if hop == 0:
                raise
            raise NoAnswerError("redirect", f"redirected: {error}") from error
        location = answer.headers.get("location")
        if location is None or not 300 <= answer.status < 400 or is_listed(answer.status, wanted):
            return answer
        onward = _onward(question.url, location)
        if onward is None:
            raise NoAnswerError("redirect", f"{answer.status} to an address that cannot be followed")
        question = _next(question, onward, answer.status)
    raise NoAnswerError("redirect", f"more than {hops} redirects" if hops else "redirected, which is not wanted")


def is_listed(status: int, wanted: Collection[int | range]) -> bool:
    """Whether a status is one of these, or in one of these ranges."""
    return any(status in each if isinstance(each, range) else status == each for each in wanted)


def _next(question: Question, onward: str, status: int) -> Question:
    """The question as browsers ask it after a redirect."""
    is_same_host = _is_trusted(question.url, onward)
    if not is_same_host:
        question = replace(question, headers={}, trust=replace(question.trust, own=""))
    if status in (307, 308):
        if question.body and not is_same_host:
            raise NoAnswerError("redirect", f"{status} to another host, which is not told what the first was told")
    elif question.method != "HEAD":
        question = replace(question, method="GET", body=b"")
    return replace(question, url=onward)


async def _hop(question: Question, tools: Tools, course: Course) -> Answer:
    """One request. Each phase is added to that of the hops before."""
    course.phase = "dns"
    begun = tools.clock.ticks_us()
    addresses = await _addresses(question, tools)
    course.dns_us = _sum(course.dns_us, tools.clock.ticks_us() - begun)
    timings = Timings(tools.clock.ticks_us)
    try:
        return await tools.http.ask(question, addresses, timings)
    finally:
        course.phase = timings.phase
        course.connect_us = _sum(course.connect_us, timings.connect_us)
        course.tls_us = _sum(course.tls_us, timings.tls_us)
        course.first_byte_us = _sum(course.first_byte_us, timings.first_byte_us)


async def _addresses(question: Question, tools: Tools) -> Sequence[str]:
    """Where to connect to. An address of a target is looked at here also when it is a proxy that will ask it."""
    if question.proxy and is_literal(question.host):
        await tools.resolver.addresses(question.host)
    try:
        found = await tools.resolver.addresses(question.reached)
    except NoSuchNameError as error:
        if question.proxy:
            raise UnresolvableError("the proxy has no such name") from error
        raise
    usable = [each for each in found if not question.family or (":" in each) == (question.family == 6)]
    if not usable:
        raise NoSuchNameError(f"no address of IPv{question.family}")
    return usable


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


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and is_address(url)
    except ValueError:
        return False


def _is_trusted(url: str, onward: str) -> bool:
    """Whether the secrets for one address may be shown to the other: the same host and port, and no less private."""
    before, after = urlsplit(url), urlsplit(onward)
    return before.netloc == after.netloc and (before.scheme, after.scheme) != ("https", "http")
