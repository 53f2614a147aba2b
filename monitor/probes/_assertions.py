"""What was wanted of an answer over HTTP, one by one, for an operator who asks once. Who watches needs the first that fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_type_hints

from monitor.http_client import Answer
from monitor.json_rules import parsed, values_at
from monitor.probes import Check, Course, is_wanted
from monitor.probes._asking import Asking
from monitor.probes._judging import judged
from monitor.probes._web import shown_address, text_of
from monitor.probes._written import written
from monitor.timeline.model import Outcome
from monitor.trust import DAY

# In the order in which they are looked at.
ASSERTED = (
    "oauth", "redirects", "verify", "status", "http", "location", "final_url", "expect_headers", "contains", "lacks", "matches",
    "json_path", "certificate_days", "degraded_above",
)  # fmt: skip
ALWAYS = {"redirects", "status"}
LONGEST = 80  # characters of a value
# What asks for nothing.
BARE: dict[str, Any] = {
    "status": (range(1000),),
    "http": "any",
    "location": None,
    "final_url": None,
    "expect_headers": {},
    "contains": None,
    "lacks": None,
    "matches": None,
    "json_path": (),
    "degraded_above": None,
    "certificate_days": None,
}


def wanted_of(probe: Asking) -> tuple[str, ...]:
    """The keys that ask for anything."""
    keys = [key for key in ASSERTED if key in ALWAYS or is_wanted(getattr(probe, key))]
    return tuple(key for key in keys if key != "verify" or probe.url.startswith("https:"))


def tell(probe: Asking, answer: Answer, took_ms: int, now: int, course: Course, key: str = "") -> None:
    """Tell the listener of each assertion about this answer. In a step all are told under the ``key`` of the step."""
    for about, wanted, alone in _each(probe):
        verdict = judged(alone, answer, took_ms, now)
        wrong = None if verdict.outcome is Outcome.PASS else verdict
        found = _found(about, alone, answer, took_ms, now) or verdict.detail or f"in {len(answer.body)} bytes"
        course.judged([Check(key or about, wrong, found, f"{wanted}{course.place}")])


def _each(probe: Asking) -> Iterator[tuple[str, str, Asking]]:
    """Each key, what it wants in words, and the same question with this assertion alone."""
    hints = get_type_hints(type(probe), include_extras=True)
    for key in wanted_of(probe):
        value = getattr(probe, key)
        if key == "redirects":
            yield key, f"redirects = {value}", replace(probe, **BARE)
        elif key == "status":
            said = written(tuple(probe.stays)) or "200 to 299"
            yield key, f"status = {said}", replace(probe, **BARE | {key: tuple(probe.stays)})
        elif key == "expect_headers":
            for name, text in value.items():
                yield key, f"expect_headers {name} = {text}", replace(probe, **BARE | {key: {name: text}})
        elif key == "json_path":
            for rule in value:
                yield key, f"json_path {written(rule)}", replace(probe, **BARE | {key: (rule,)})
        elif key in BARE:
            said = _place(value) if key in ("location", "final_url") else written(value, hints[key])
            yield key, f"{key} = {said}", replace(probe, **BARE | {key: value})


def _found(key: str, alone: Asking, answer: Answer, took_ms: int, now: int) -> str:
    """What is there, where this key looks; empty when that would be a whole body."""
    name = next(iter(alone.expect_headers), "").lower()
    end = answer.certificate_end
    found: dict[str, Any] = {
        "redirects": lambda: f"the answer is that of {shown_address(answer.url)}",
        "status": lambda: answer.status,
        "http": lambda: answer.version,
        "location": lambda: _place(answer.headers.get("location", "none")),
        "final_url": lambda: _place(answer.url),
        "expect_headers": lambda: answer.headers.get(name, "no such header"),
        "json_path": lambda: _values(alone, answer),
        "certificate_days": lambda: "no certificate" if end is None else f"{(end - now) // DAY} days left",
        "degraded_above": lambda: f"{took_ms} ms",
    }
    return str(found[key]()) if key in found else ""


def _values(alone: Asking, answer: Answer) -> str:
    try:
        values = values_at(alone.json_path[0].path, parsed(text_of(answer, alone.body_limit << 10)[0]))
    except ValueError as error:
        return str(error)
    return ", ".join(str(each)[:LONGEST] for each in values[:3]) + (", …" if len(values) > 3 else "") or "nothing"


def _place(wanted: str) -> str:
    """A path, or a whole address; its query may hold a key."""
    return shown_address(wanted) if "://" in wanted else wanted.partition("?")[0]
