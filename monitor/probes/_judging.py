"""What to say of an answer over HTTP: whether it is the one that an operator wrote down."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from monitor.http_client import Answer
from monitor.json_rules import parsed
from monitor.patterns import is_found
from monitor.probes._asking import Asking
from monitor.probes._fetch import is_listed
from monitor.probes._web import blocked, text_of
from monitor.timeline.model import Reason, Verdict


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
    is_wanted = is_listed(answer.status, probe.stays)
    held_up = None if is_wanted else blocked(answer)
    if held_up:
        return held_up
    if not is_wanted and (probe.stays or not 200 <= answer.status < 300):
        return Verdict.failed(Reason.STATUS, f"status {answer.status}")
    if probe.http != "any" and answer.version != f"HTTP/{probe.http}":
        return Verdict.failed(Reason.PROTOCOL, f"answered over {answer.version}")
    astray = _astray(probe, answer)
    if astray:
        return Verdict.failed(Reason.REDIRECT, astray)
    for name, wanted in probe.expect_headers.items():
        if wanted not in answer.headers.get(name.lower(), ""):
            return Verdict.failed(Reason.BODY, f"the header {name} lacks the text")
    fault = _fault_of_body(probe, answer)
    return Verdict.failed(Reason.BODY, fault) if fault else None


def _astray(probe: Asking, answer: Answer) -> str:
    """Why the answer leads or comes to another address than it should; empty when it does not. Its address is not quoted."""
    if probe.final_url and answer.url != urljoin(probe.url, probe.final_url):
        host = urlsplit(answer.url).netloc
        return f"ended at another address than final_url, on {host}"
    if probe.location:
        try:
            led = urljoin(answer.url, answer.headers.get("location", ""))
        except ValueError:
            led = ""
        if "location" not in answer.headers or led != urljoin(answer.url, probe.location):
            return "redirected to another address than location" if led else "redirected to what is no address"
    return ""


def _fault_of_body(probe: Asking, answer: Answer) -> str:
    if not (probe.contains or probe.lacks or probe.matches or probe.json_path):
        return ""
    try:
        found, is_cut = text_of(answer, probe.body_limit << 10)
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
