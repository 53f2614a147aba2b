"""The steps of a journey through pages, and whose fault it is when one cannot be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from monitor.probes import Tools
from monitor.probes._chromium import Browsing, LateError, UnreadError, known
from monitor.probes._gate import Gate
from monitor.probes._web import address, blocked
from monitor.reach import NoAnswerError
from monitor.resolver import DeniedError
from monitor.table import Secret, duration, lasting
from monitor.timeline.model import Reason, Verdict
from monitor.values import words


@dataclass(frozen=True, kw_only=True)
class Move:
    """One step: ``goto`` opens an address; ``fill`` writes ``value``, which may be a secret, into the field that its selector
    finds; ``click`` clicks what it finds; ``expect`` waits until what it finds is seen, with ``text`` in it if that is given;
    ``text`` alone waits for it anywhere on the page.

    A selector is CSS, or what Playwright knows beside it, such as ``"text=Sign in"``. What a step needs may take as long as
    ``within``. ``name`` is for whoever reads what failed.
    """

    name: Annotated[str, words] | None = None
    goto: Annotated[str, address] | None = None
    fill: Annotated[str, words] | None = None
    value: Secret | None = None
    click: Annotated[str, words] | None = None
    expect: Annotated[str, words] | None = None
    text: Annotated[str, words] | None = None
    within: Annotated[int, duration] = 5000

    def __post_init__(self) -> None:
        if sum(map(bool, (self.goto, self.fill, self.click, self.expect or self.text))) != 1:
            raise ValueError("allowed is one of: goto, fill, click, expect or text")
        if bool(self.fill) != bool(self.value):
            raise ValueError("fill and value go together")


@dataclass
class Journey:
    """Where it is made; ``end`` is when it must be over, in milliseconds of the monotonic clock."""

    browser: Browsing
    gate: Gate
    tools: Tools
    end: int

    async def step(self, move: Move) -> Verdict | None:
        """Do one; what is wrong, None when nothing is. NoAnswerError, or what the resolver raises, when no page is reached."""
        left = max(1, self.end - self.tools.clock.monotonic_ms())
        is_late = False
        try:
            await _do(move, self.browser, left if move.goto else min(left, move.within))
        except LateError:
            is_late = True
        except UnreadError:
            return Verdict.unknown(Reason.INTERNAL, "its selector cannot be read")
        except NoAnswerError as failure:
            if wrong := _answered(self.browser):
                return wrong
            raise self._blamed(failure, move) from failure
        if self.browser.fault:
            raise self._blamed(known(self.browser.fault), move)
        if wrong := _answered(self.browser):
            return wrong
        if not is_late:
            return None
        if move.goto or left < move.within:
            return Verdict.failed(Reason.TIMEOUT, "it was not done in time")
        return Verdict.failed(Reason.BODY, f"{_needed(move)} was not there within {lasting(move.within)}")

    def _blamed(self, failure: NoAnswerError, move: Move) -> Exception:
        """Whose fault it is that a page cannot be reached: the gate knows more than the browser behind it."""
        if self.gate.is_full:
            return NoAnswerError("protocol", "more than 64 MiB came through")
        fault = self.gate.faults.get(self.browser.host)
        if "ERR_SOCKS_" not in failure.evidence or fault is None:
            return failure
        is_own = move.goto and urlsplit(move.goto).hostname == self.browser.host
        return fault if is_own or not isinstance(fault, DeniedError) else NoAnswerError("redirect", f"led on: {fault}")


async def _do(move: Move, browser: Browsing, ms: int) -> None:
    if move.goto:
        await browser.open(move.goto, ms)
    elif move.fill and move.value:
        await browser.fill(move.fill, move.value.reveal(), ms)
    elif move.click:
        await browser.click(move.click, ms)
    else:
        await browser.see(move.expect, move.text, ms)


def _needed(move: Move) -> str:
    return "the text" if move.text else f"what {move.fill or move.click or move.expect!r} finds"


def _answered(browser: Browsing) -> Verdict | None:
    """What is wrong with the status of the newest page."""
    if browser.answer is None or browser.answer.status < 400:
        return None
    return blocked(browser.answer) or Verdict.failed(Reason.STATUS, f"status {browser.answer.status}")
