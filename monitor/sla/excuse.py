"""What the windows and labels of single components excuse of several components that are judged together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.sla.agreement import Objective
from monitor.sla.clauses import Exclude
from monitor.sla.facts import Line, Window
from monitor.sla.outage import weight
from monitor.timeline.span import Span, Spans, intersect, subtract, union


def excusing(windows: Sequence[Window], objective: Objective, lines: Mapping[str, Line]) -> list[Window]:
    """The windows as they hold for the whole: redundant components need all of them excused, others each that is down."""
    if len(lines) == 1 or objective.of.mode not in ("any", "all"):
        return list(windows)
    return _of_any(windows, lines) if objective.of.mode == "any" else _of_all(windows, objective, lines)


def is_announced(clause: Exclude, window: Window) -> bool:
    """True when the window was announced as long ahead as the clause asks."""
    if not clause.notice:
        return True
    return window.announced is not None and window.announced <= window.span.start - clause.notice


def _of_any(windows: Sequence[Window], lines: Mapping[str, Line]) -> list[Window]:
    found: list[Window] = []
    for kind in {window.kind for window in windows}:
        of = [union(w.span for w in windows if w.kind == kind and w.component in ("", name)) for name in lines]
        common = of[0]
        for each in of[1:]:
            common = intersect(common, each)
        for span in common:
            told = [w for w in windows if w.kind == kind and w.span.clip(span)]
            ahead = [w.span.start - w.announced for w in told if w.announced is not None]
            announced = span.start - min(ahead) if len(ahead) == len(told) else None
            found.append(Window("", span, kind, announced))
    return found


def _of_all(windows: Sequence[Window], objective: Objective, lines: Mapping[str, Line]) -> list[Window]:
    """Each without the time in which another component was down that nothing excuses. Its notice stays what it was."""
    held = [w for w in windows if any(c.kind == w.kind and is_announced(c, w) for c in objective.exclude)]
    guilty = {
        name: subtract(_down(line, objective), union(w.span for w in held if w.component in ("", name)))
        for name, line in lines.items()
    }
    found: list[Window] = []
    for window in windows:
        others = union(*(spans for name, spans in guilty.items() if window.component not in ("", name)))
        for span in subtract((window.span,), others):
            moved = span.start - window.span.start
            announced = None if window.announced is None else window.announced + moved
            found.append(replace(window, span=span, announced=announced))
    return found


def _down(line: Line, objective: Objective) -> Spans:
    return union(Span(p.span.start, p.span.end) for p in line if weight(p, objective.measure.weight))
