"""Ninety bars as SVG. Written here and not in a template: an overview of a hundred components has nine thousand of them.

Days on which nothing happened are drawn, and said, together: what stands out is what happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup, escape

from monitor.timeline.period import Period
from statuspage.charts import BAR_HEIGHT, BAR_WIDTH, PITCH, blocks, columns
from statuspage.i18n import N_, Language
from statuspage.pages.tally import Run, Tally


def width(days: Sequence[Period]) -> int:
    """The width of the picture in its own units."""
    return len(days) * PITCH - (PITCH - BAR_WIDTH)


def drawn(runs: Sequence[Run], days: Sequence[Period], language: Language) -> Markup:
    """The bars of these days, with dates and what happened as tooltips."""
    parts: list[str] = []
    for shape, group in groupby(runs, _shape):
        alike = list(group)
        first, last = alike[0].first, alike[-1].first + alike[-1].count - 1
        if shape:
            parts.append(_quiet(shape, first, last, days[first], days[last], language))
        else:
            parts.extend(
                _single(run.first + n, days[run.first + n], run.tally, language)
                for run in alike
                for n in range(run.count)
            )
    return Markup("".join(parts))  # noqa: S704 -- classes and numbers are ours, texts are escaped


def _shape(run: Run) -> str:
    """How days are drawn that look like others: nothing happened, or nothing is known. Empty for any other."""
    tally = run.tally
    if not tally.known:
        return "unknown"
    return "up" if not (tally.down or tally.degraded) and tally.unknown * 100 < tally.seconds else ""


@lru_cache(maxsize=10_000)
def _quiet(shape: str, first: int, last: int, begin: Period, end: Period, language: Language) -> str:
    words = language.text(N_("no trouble")) if shape == "up" else language.text(N_("no data"))
    if shape == "up":  # a line as thick as the bars are high, broken where they end
        path = f'<path class="up run" d="M{first * PITCH} {BAR_HEIGHT // 2}h{(last - first) * PITCH + BAR_WIDTH}"/>'
    else:
        path = f'<path class="unknown" d="{columns(first, last - first + 1, 0, BAR_HEIGHT)}"/>'
    return f"<g><title>{_dates(language, begin, end)}: {escape(words)}</title>{path}</g>"


@lru_cache(maxsize=30_000)
def _single(place: int, day: Period, tally: Tally, language: Language) -> str:
    """A day that stands out. It is drawn the same each time: it is over, or it is one of few."""
    paths = "".join(
        f'<path class="{block.shape}" d="{columns(place, 1, block.y, block.height)}"/>'
        for block in blocks(tally.up, tally.degraded, tally.down, tally.unknown)
    )
    return f"<g><title>{_dates(language, day, day)}: {escape(said(tally, language))}</title>{paths}</g>"


@lru_cache(maxsize=2_000)
def _dates(language: Language, first: Period, last: Period) -> str:
    days = [language.day(each.span.start) for each in (first, last)]
    return str(escape(days[0] if first == last else " – ".join(days)))


def said(tally: Tally, language: Language) -> str:
    """A day in words."""
    if not tally.known:
        return language.text(N_("no data"))
    if tally.down:
        return language.text(N_("down for %(time)s")) % {"time": language.duration(tally.down)}
    if tally.degraded:
        return language.text(N_("degraded for %(time)s")) % {"time": language.duration(tally.degraded)}
    return language.text(N_("no trouble"))
