"""Ninety bars as SVG. Written here and not in a template: an overview of a hundred components has nine thousand of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from monitor.timeline.period import Period
from statuspage.charts import Bar
from statuspage.i18n import N_, Language
from statuspage.pages.tally import Day, Tally


def drawn(bars: Sequence[Bar], days: Sequence[Day], language: Language) -> Markup:
    """The bars of these days, each with its date and what happened as a tooltip."""
    parts: list[str] = []
    for bar, day in zip(bars, days, strict=True):
        parts.append(f"<g><title>{_date(language, day.period)}: {escape(said(day.tally, language))}</title>")
        parts.extend(
            f'<rect class="{block.shape}" x="{bar.x}" width="{bar.width}" y="{block.y}" height="{block.height}"/>'
            for block in bar.blocks
        )
        parts.append("</g>")
    return Markup("".join(parts))  # noqa: S704 -- classes and numbers are ours, texts are escaped


@lru_cache(maxsize=2_000)
def _date(language: Language, period: Period) -> str:
    return str(escape(language.day(period.span.start)))


def said(tally: Tally, language: Language) -> str:
    """A day in words."""
    if not tally.known:
        return language.text(N_("no data"))
    if tally.down:
        return language.text(N_("down for %(time)s")) % {"time": language.duration(tally.down)}
    if tally.degraded:
        return language.text(N_("degraded for %(time)s")) % {"time": language.duration(tally.degraded)}
    return language.text(N_("no trouble"))
