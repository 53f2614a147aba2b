"""Which language a first visit gets, when its path says none (RFC 9110, 12.5.4). From then on the path decides."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

FIRST_VISIT = "/"  # the one path that may lead to another language than its own
MOST = 200  # characters of the header that are read


@lru_cache(maxsize=1_000)
def preferred(accepted: str, codes: Sequence[str]) -> str:
    """The code that a reader likes best by an ``Accept-Language``; the first one when nothing speaks for another.

    A range names a code by its first part too (``nl-BE`` is content with ``nl``), as in the lookup of RFC 4647, 3.4.
    """
    weights: dict[str, float] = {}
    for place, part in enumerate(accepted[:MOST].lower().split(",")):
        name, _, weight = part.partition(";")
        code = name.strip().partition("-")[0]
        if code in codes:
            liked = _weight(weight) - place / 10_000  # of two that are liked as much the one that is named first
            weights[code] = max(weights.get(code, liked), liked)
    best = max(weights, key=lambda code: weights[code], default=codes[0])
    return best if weights.get(best, 1.0) > 0 else codes[0]


def _weight(text: str) -> float:
    name, _, value = text.replace(" ", "").partition("=")
    try:
        return min(1.0, max(0.0, float(value))) if name == "q" else 1.0
    except ValueError:
        return 0.0
