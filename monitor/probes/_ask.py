"""Asking over HTTP as an operator wrote it: with a token where one is needed."""

from __future__ import annotations

from dataclasses import replace

from monitor.http_client import Answer, Question
from monitor.probes import Course, Tools
from monitor.probes._asking import Asking
from monitor.probes._fetch import fetch
from monitor.probes._oauth import forget, token


async def answered(probe: Asking, question: Question, tools: Tools, course: Course) -> tuple[Answer, int]:
    """The answer behind the redirects, and how many milliseconds it took, without those that a token took.

    A token that is kept but refused is asked for once more: who gave it may have taken it back.
    """
    if not probe.oauth:
        return await _timed(probe, question, tools, course)
    way = (probe.oauth, replace(question.trust, own=""), question.proxy)
    for is_last in (False, True):
        with course.look("oauth"):
            bearer, was_kept = await token(*way, tools, course)
        if course.listener:
            course.listener.hide(bearer)
        named = replace(question, headers={**question.headers, "authorization": f"Bearer {bearer}"})
        answer, took_ms = await _timed(probe, named, tools, course)
        if answer.status != 401 or not was_kept or is_last:
            break
        forget(bearer, *way, tools)
    return answer, took_ms


async def _timed(probe: Asking, question: Question, tools: Tools, course: Course) -> tuple[Answer, int]:
    begun = tools.clock.ticks_us()
    answer = await fetch(question, tools, course, probe.redirects, probe.stays)
    return answer, (tools.clock.ticks_us() - begun) // 1000
