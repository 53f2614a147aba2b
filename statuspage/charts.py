"""Geometry of the pictures: where each bar, line and tick stands. Pure; the templates turn it into SVG.

Horizontal places of a line are percentages of the picture's width as text with a point; those of bars are units of a picture that
is stretched to the width of the screen. Vertical ones are whole pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

BAR_HEIGHT = 36
BAR_WIDTH = 7
PITCH = 10
_GAP = 2
_LEAST = 3
_SHORT = 10
_EDGE = 100  # thousandths of the width of a chart: half of a text below the smallest one


@dataclass(frozen=True, slots=True)
class Block:
    """One coloured part of a bar. ``shape`` is a class of the style sheet: up, degraded, down or unknown."""

    shape: str
    y: int
    height: int


def percent(part: int, whole: int) -> str:
    """``part`` of ``whole`` as ``12.345%``, always with a point."""
    thousandths = part * 100_000 // whole if whole else 0
    return f"{thousandths // 1000}.{thousandths % 1000:03d}%"


@lru_cache(maxsize=4_000)
def blocks(up: int, degraded: int, down: int, unknown: int) -> tuple[Block, ...]:
    """The bar of one day from its seconds in each state, from the bottom up.

    Down takes its share of the height, never less than three pixels: a minute in a day must not disappear. Degraded is a short
    block at the bottom. Unknown is hollow, and left out under one percent. Two pixels of background lie between blocks.
    """
    seconds = up + degraded + down + unknown
    if not up + degraded + down:
        return (Block("unknown", 0, BAR_HEIGHT),)
    below = []
    if down:
        below.append(("down", _height(down, seconds)))
    if degraded:
        below.append(("degraded", min(_SHORT, max(_LEAST, _height(degraded, seconds)))))
    if unknown * 100 >= seconds:
        below.append(("unknown", max(_LEAST + 2, _height(unknown, seconds))))
    if not up and len(below) == 1:
        return (Block(below[0][0], 0, BAR_HEIGHT),)
    return tuple(_stack(below, bool(up)))


@lru_cache(maxsize=4_000)
def columns(place: int, count: int, y: int, height: int) -> str:
    """The same block on ``count`` days from ``place`` on, as the ``d`` of one SVG path."""
    column = f"h{BAR_WIDTH}v{height}h-{BAR_WIDTH}z"
    return f"M{place * PITCH} {y}{column}" + f"m{PITCH} 0{column}" * (count - 1)


def _height(part: int, whole: int) -> int:
    return max(_LEAST, BAR_HEIGHT * part // whole)


def _stack(below: list[tuple[str, int]], up: bool) -> Iterator[Block]:
    """The blocks from the bottom up; too much is cut from the tallest, and what is left on top was up."""
    room = BAR_HEIGHT - (_LEAST + _GAP if up else 0) - _GAP * (len(below) - 1)
    heights = dict(below)
    while sum(heights.values()) > room:
        tallest = max(heights, key=lambda shape: heights[shape])
        heights[tallest] -= 1
    bottom = BAR_HEIGHT
    for shape, height in heights.items():
        yield Block(shape, bottom - height, height)
        bottom -= height + _GAP
    if up and bottom > 0:
        yield Block("up", 0, bottom)


def scale(most_us: int) -> int:
    """The top of a scale that holds ``most_us``: 1, 2 or 5 times a power of ten, in microseconds, at least a millisecond."""
    top = 1000
    while top < most_us:
        top = top * 5 // 2 if str(top)[0] == "2" else top * 2
    return top


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis of time: ``x`` is where. Only a labelled one has a text below it."""

    at: int
    x: str
    is_labelled: bool


def ticks(begin: int, end: int, places: Sequence[int]) -> tuple[Tick, ...]:
    """The marks at these instants of ``[begin, end]``.

    One that is near an edge has no text: it would be cut off there, or moved inwards until it meets the next one on a small screen.
    """
    shares = [(at, (at - begin) * 1000 // (end - begin)) for at in places]
    return tuple(Tick(at, percent(at - begin, end - begin), _EDGE <= share <= 1000 - _EDGE) for at, share in shares)


def path(values: Sequence[int | None], top: int, height: int) -> str:
    """A line through one value per unit of width, broken where there is none; a lonely value becomes a short dash."""
    steps: list[str] = []
    for place, value in enumerate(values):
        if value is None:
            continue
        tenths = (top - min(value, top)) * height * 10 // top if top else 0
        y = f"{tenths // 10}.{tenths % 10}"
        begins = place == 0 or values[place - 1] is None
        steps.append(f"M{place} {y}h1" if begins else f"L{place + 1} {y}")
    return "".join(steps)
