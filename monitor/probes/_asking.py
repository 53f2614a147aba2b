"""One question over HTTP as an operator writes it, and what the answer must be. For the kinds that ask one, or several."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated

from monitor.http_client import Answer, Question
from monitor.json_rules import JsonRule, parsed
from monitor.patterns import is_found, pattern
from monitor.probes._fetch import REDIRECTS, is_listed
from monitor.probes._web import Days, address, blocked, header, method, sent_header, shown_address, status, text_of
from monitor.table import Secret, duration
from monitor.timeline.model import Reason, Verdict
from monitor.trust import Trust
from monitor.values import whole, words


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
    ca: Secret | None = None
    verify: bool = True
    status: tuple[Annotated[int | range, status], ...] = ()
    expect_headers: dict[Annotated[str, header], Annotated[str, words]] = field(default_factory=dict)
    contains: Annotated[str, words] | None = None
    lacks: Annotated[str, words] | None = None
    matches: Annotated[str, pattern] | None = None
    json_path: tuple[JsonRule, ...] = ()
    degraded_above: Annotated[int, duration] | None = None
    certificate_days: Days | None = None

    def __post_init__(self) -> None:
        named = {name.lower() for name in self.headers}
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password belong together")
        if (self.user is not None) + (self.bearer is not None) + ("authorization" in named) > 1:
            raise ValueError("allowed is one of: user with password, bearer, a header Authorization")
        if self.user is not None and ":" in self.user:
            raise ValueError("a user must not hold a colon")
        if self.body is not None and self.json is not None:
            raise ValueError("allowed is one of: body, json")
        if self.method == "HEAD" and (self.contains or self.matches or self.json_path):
            raise ValueError("an answer to HEAD has no body")
        if self.certificate_days and not (self.verify and self.url.startswith("https:")):
            raise ValueError("certificate_days needs an https address and verify = true")
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
        trust = Trust(self.ca.reveal() if self.ca else None, self.verify)
        wanted = frozenset(name.lower() for name in self.expect_headers)
        return Question(self.url, self.method, headers, sent.reveal().encode() if sent else b"", wanted, trust)


def _check_secrets(probe: Asking) -> None:
    """What can be seen of them beforehand, without showing them."""
    if probe.ca:
        try:
            Trust(probe.ca.reveal()).context()
        except ValueError as error:
            raise ValueError(f"ca {error}") from None
    if probe.json:
        try:
            json.loads(probe.json.reveal())
        except (ValueError, RecursionError):
            raise ValueError("json is no text in JSON") from None


def judged(probe: Asking, answer: Answer, took_ms: int, now: int) -> Verdict:
    """What to say of an answer that took so long, now."""
    wrong = _fault(probe, answer)
    if wrong:
        return wrong
    if probe.certificate_days:
        spoken = probe.certificate_days.verdict(answer.certificate_end, now)
        if spoken:
            return spoken
    if probe.degraded_above is not None and took_ms > probe.degraded_above:
        return Verdict.degraded(Reason.SLOW, f"{took_ms} ms")
    return Verdict.passed()


def _fault(probe: Asking, answer: Answer) -> Verdict | None:
    """Why the answer is not the right one; None when it is."""
    is_wanted = is_listed(answer.status, probe.status)
    held_up = None if is_wanted else blocked(answer)
    if held_up:
        return held_up
    if not is_wanted and (probe.status or not 200 <= answer.status < 300):
        return Verdict.failed(Reason.STATUS, f"status {answer.status}")
    for name, wanted in probe.expect_headers.items():
        if wanted not in answer.headers.get(name.lower(), ""):
            return Verdict.failed(Reason.BODY, f"the header {name} lacks the text")
    fault = _fault_of_body(probe, answer)
    return Verdict.failed(Reason.BODY, fault) if fault else None


def _fault_of_body(probe: Asking, answer: Answer) -> str:
    if not (probe.contains or probe.lacks or probe.matches or probe.json_path):
        return ""
    try:
        found, is_cut = text_of(answer)
        document = parsed(found) if probe.json_path else None
    except ValueError as error:
        return str(error)
    cut = " (cut)" if is_cut else ""
    if probe.contains and probe.contains not in found:
        return f"the body lacks the text{cut}"
    if probe.lacks and probe.lacks in found:
        return "the body holds the text that it must not hold"
    if probe.matches and not is_found(probe.matches, found):
        return f"the body does not match the pattern{cut}"
    faults = (rule.fault(document) for rule in probe.json_path)
    return next(filter(None, faults), "")
