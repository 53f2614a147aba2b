"""Values and rules that the kinds which speak HTTP share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from monitor.http_client import BODY_LIMIT, Answer, is_address
from monitor.timeline.model import Reason, Verdict
from monitor.trust import DAY
from monitor.unpack import text, unpack
from monitor.values import web_address, whole

FRAMING = {"connection", "content-length", "transfer-encoding", "upgrade"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def address(value: object) -> str:
    """An address that begins with http:// or https://, without user and password."""
    url = str(value)
    if isinstance(value, str) and "@" in url.partition("://")[2].partition("/")[0]:
        raise ValueError(
            "a user or password in an address is refused, since addresses are shown;"
            ' write user = "name" and password = "${NAME}", and set NAME in the environment'
        )
    if not is_address(web_address(value)):
        raise ValueError("allowed is an address without spaces and control characters")
    return url


def led_to(value: object) -> str:
    """A path that begins with / or an address that begins with http:// or https://."""
    if isinstance(value, str) and re.fullmatch(r"/[\x21-\x7e]*", value):
        return value
    return address(value)


def shown_address(url: str) -> str:
    """The address without its query, which may hold a key."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}{'?…' if parts.query else ''}"


def status(value: object) -> int | range:
    """A status from 200 to 999, or a range: ``200``, ``"300-399"``, ``"2xx"``."""
    if type(value) is int and 200 <= value <= 999:
        return value
    found = re.fullmatch(r"([2-9])xx|([2-9]\d\d)-([2-9]\d\d)", value) if isinstance(value, str) else None
    if found and found[1]:
        return range(int(found[1]) * 100, int(found[1]) * 100 + 100)
    if found and found[2] <= found[3]:
        return range(int(found[2]), int(found[3]) + 1)
    raise ValueError('allowed is a whole number from 200 to 999, or a range such as "300-399" or "2xx"')


def header(name: object) -> str:
    """The name of a header: letters, digits and hyphens."""
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name):
        raise ValueError("allowed in the name of a header are letters, digits and hyphens")
    return name


def sent_header(name: object) -> str:
    """The name of a header, but none that the probe itself sets."""
    if header(name).lower() in FRAMING:
        raise ValueError("is set by the probe itself")
    return str(name)


def method(value: object) -> str:
    """GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS."""
    if value not in METHODS:
        raise ValueError(f"allowed: {', '.join(METHODS)}")
    return str(value)


@dataclass(frozen=True, kw_only=True)
class Days:
    """A certificate that ends within so many days is degraded, or failed. It is verified beside this: one that ended failed."""

    degrade: Annotated[int, whole(0, 3650)] = 14
    fail: Annotated[int, whole(0, 3650)] = 0

    def verdict(self, end: int | None, now: int) -> Verdict | None:
        """What to say of a certificate that ends then; None when nothing is to be said."""
        return ending(end, now, self.degrade, self.fail, Reason.TLS, "the certificate")


def ending(end: int | None, now: int, degrade: int, fail: int, reason: Reason, what: str) -> Verdict | None:
    """What to say of something that ends then; None when nothing is to be said."""
    if end is None:
        return None
    left = (end - now) // DAY
    if left < fail:
        return Verdict.failed(reason, f"{what} ends in {left} days")
    return Verdict.degraded(reason, f"{what} ends in {left} days") if left < degrade else None


def text_of(answer: Answer, limit: int = BODY_LIMIT) -> tuple[str, bool]:
    """The body as text, and whether it was cut. ValueError when its coding cannot be undone."""
    coding = answer.headers.get("content-encoding", "")
    body, is_cut = unpack(answer.body, coding, answer.is_cut, limit)
    return text(body, answer.headers.get("content-type", "")), is_cut


def blocked(answer: Answer) -> Verdict | None:
    """What to say when a guard in front of the target held us up, which says nothing about what its customers see."""
    told = (answer.headers.get("cf-mitigated"), answer.headers.get("x-amzn-waf-action"))
    if answer.status != 429 and {"challenge", "captcha"}.isdisjoint(told):
        return None
    after = answer.headers.get("retry-after", "")
    wait = f", retry after {after} s" if after.isascii() and after.isdigit() else ""
    return Verdict.unknown(Reason.BLOCKED, f"status {answer.status}{wait}")
