"""One question over HTTP as an operator writes it, and what the answer must be. For the kinds that ask one, or several."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Annotated

from monitor.http_client import BODY_LIMIT, Question, is_proxy
from monitor.json_rules import JsonRule
from monitor.patterns import pattern
from monitor.probes._fetch import REDIRECTS
from monitor.probes._oauth import OAuth
from monitor.probes._web import Days, address, header, led_to, method, sent_header, shown_address, status
from monitor.table import Secret, duration
from monitor.trust import KEPT, Trust
from monitor.values import one_of, whole, words

MOST_KIB = 1024  # of a body: more takes longer to look through than other probes wait
NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Asking:
    """The keys of a question and of its answer; the kind http says what they mean."""

    url: Annotated[str, address]
    method: Annotated[str, method] = "GET"
    headers: dict[Annotated[str, sent_header], Secret] = field(default_factory=dict)
    body: Secret | None = None
    json: Secret | None = None
    user: Annotated[str, words] | None = None
    password: Secret | None = None
    bearer: Secret | None = None
    redirects: Annotated[int, whole(0, 20)] = REDIRECTS
    oauth: OAuth | None = None
    proxy: Secret | None = None
    ip: Annotated[str, one_of("any", "4", "6")] = "any"
    http: Annotated[str, one_of("any", "1.1", "2")] = "any"
    ca: Secret | None = None
    verify: bool = True
    client_certificate: Secret | None = None
    client_key: Secret | None = None
    status: tuple[Annotated[int | range, status], ...] = ()
    location: Annotated[str, led_to] | None = None
    final_url: Annotated[str, led_to] | None = None
    expect_headers: dict[Annotated[str, header], Annotated[str, words]] = field(default_factory=dict)
    contains: Annotated[str, words] | None = None
    lacks: Annotated[str, words] | None = None
    matches: Annotated[str, pattern] | None = None
    json_path: tuple[JsonRule, ...] = ()
    body_limit: Annotated[int, whole(1, MOST_KIB)] = BODY_LIMIT >> 10
    degraded_above: Annotated[int, duration] | None = None
    certificate_days: Days | None = None

    def __post_init__(self) -> None:
        named = {name.lower() for name in self.headers}
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password belong together")
        told = (self.user is not None, self.bearer is not None, self.oauth is not None, "authorization" in named)
        if sum(told) > 1:
            raise ValueError("allowed is one of: user with password, bearer, oauth, a header Authorization")
        if self.user is not None and ":" in self.user:
            raise ValueError("a user must not hold a colon")
        if self.body is not None and self.json is not None:
            raise ValueError("allowed is one of: body, json")
        if self.method == "HEAD" and (self.contains or self.matches or self.json_path):
            raise ValueError("an answer to HEAD has no body")
        if self.certificate_days and not (self.verify and self.url.startswith("https:")):
            raise ValueError("certificate_days needs an https address and verify = true")
        _check_way(self)
        _check_secrets(self)

    def target(self) -> str:
        """The address without its query, which may hold a key."""
        return shown_address(self.url)

    def warnings(self) -> tuple[str, ...]:
        """That anybody could answer in the name of the target."""
        return () if self.verify else ("verify = false: any certificate is believed",)

    @cached_property
    def question(self) -> Question:
        """What is asked, made once."""
        headers = {name.lower(): secret.reveal() for name, secret in self.headers.items()}
        if self.bearer:
            headers["authorization"] = f"Bearer {self.bearer.reveal()}"
        if self.user is not None and self.password:
            pair = f"{self.user}:{self.password.reveal()}".encode()
            headers["authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        sent = self.json or self.body
        if self.json:
            headers.setdefault("content-type", "application/json")
        return Question(
            self.url,
            self.method,
            headers,
            sent.reveal().encode() if sent else b"",
            frozenset(name.lower() for name in self.expect_headers) if self.expect_headers else NONE,
            self.trust,
            self.body_limit << 10,
            family=int(self.ip) if self.ip != "any" else 0,
            http=2 if self.http == "2" else 1,
            proxy=self.proxy.reveal() if self.proxy else "",
        )

    @property
    def trust(self) -> Trust:
        """Whom to believe, and who we are."""
        pair = (self.client_certificate, self.client_key)
        own = "\n".join(each.reveal() for each in pair if each)
        return _trust(self.ca.reveal() if self.ca else None, self.verify, own)

    @property
    def stays(self) -> Collection[int | range]:
        """The statuses that are asked for, which are not followed: redirects, when it is said where they must lead."""
        return self.status or ((range(300, 400),) if self.location else ())


@lru_cache(KEPT)
def _trust(ca: str | None, is_verified: bool, own: str) -> Trust:
    """One for all that believe the same."""
    return Trust(ca, is_verified, own=own)


def _check_way(probe: Asking) -> None:
    """What does not go together on the way to the target."""
    if (probe.client_certificate is None) != (probe.client_key is None):
        raise ValueError("client_certificate and client_key belong together")
    if probe.http == "2" and not probe.url.startswith("https:"):
        raise ValueError('http = "2" needs an https address')
    if probe.proxy and probe.ip != "any":
        raise ValueError("behind a proxy it is the proxy that chooses the address: ip must not be there")
    if probe.proxy and not is_proxy(probe.proxy.reveal()):
        raise ValueError(
            "proxy: allowed is an address that begins with http://, https:// or socks5://, with host and port"
        )
    if probe.location and probe.final_url:
        raise ValueError(
            "allowed is one of: location, of an answer that is not followed; final_url, behind all redirects"
        )


def _check_secrets(probe: Asking) -> None:
    """What can be seen of them beforehand, without showing them."""
    if probe.ca:
        try:
            Trust(probe.ca.reveal()).context()
        except ValueError as error:
            raise ValueError(f"ca {error}") from None
    if probe.client_certificate:
        try:
            probe.trust.context()
        except ValueError as error:
            raise ValueError(f"client_certificate with client_key {error}") from None
    if probe.json:
        try:
            json.loads(probe.json.reveal())
        except (ValueError, RecursionError):
            raise ValueError("json is no text in JSON") from None
