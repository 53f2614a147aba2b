"""What others say about the target. That they say nothing, or nothing that can be understood, accuses nobody."""

from __future__ import annotations

from typing import Any

from monitor.http_client import Question
from monitor.json_rules import parsed
from monitor.probes import Course, Tools
from monitor.probes._fetch import fetch
from monitor.probes._web import text_of
from monitor.reach import NoAnswerError
from monitor.resolver import NoSuchNameError
from monitor.timeline.model import Reason

LIMIT = 1 << 20


class HearsayError(Exception):
    """Nothing was heard. ``status`` is that of an answer which was no document."""

    def __init__(self, why: str, status: int = 0) -> None:
        super().__init__(why)
        self.status = status


async def heard(url: str, tools: Tools, course: Course) -> dict[str, Any]:
    """The object in JSON at the address. HearsayError when there is none."""
    course.silence = Reason.BLOCKED
    question = Question(url, headers={"accept": "application/json, application/rdap+json"}, limit=LIMIT)
    try:
        answer = await fetch(question, tools, course)
    except (NoAnswerError, NoSuchNameError) as error:
        raise HearsayError(f"who was asked about it did not answer: {error}") from error
    if answer.status != 200:
        raise HearsayError(f"who was asked about it answered with status {answer.status}", answer.status)
    if answer.is_cut:
        raise HearsayError("what is said about it is longer than 1 MiB")
    try:
        document = parsed(text_of(answer, LIMIT)[0])
    except ValueError as error:
        raise HearsayError(f"what is said about it cannot be understood: {error}") from error
    if not isinstance(document, dict):
        raise HearsayError("what is said about it cannot be understood")
    return document


def each_of(document: object, key: str) -> list[dict[str, Any]]:
    """The objects in a list of an object; none where it has another shape."""
    found = document.get(key) if isinstance(document, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
