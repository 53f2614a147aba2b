"""When what could not be told is tried again: ever more slowly, for three days. In milliseconds."""

from __future__ import annotations

from zlib import crc32

PAUSES = (5, 15, 60, 300, 900, 1800)
LONGEST = 3600
LATEST_MS = LONGEST * 1100  # nothing is put off for longer
GIVES_UP_MS = 3 * 86_400_000
LEAST = 20  # tries before anything is given up, or a clock that jumps ahead would lose it


def again_ms(tried: int, number: int, now_ms: int, asked_for: int | None = None) -> int:
    """When delivery ``number``, which was tried so often, is tried again: at least ``asked_for`` seconds from now if they said so.

    Up to a tenth later than the pause, each delivery by a share of its own, so that not all come back at once.
    """
    pause = PAUSES[tried - 1] if tried <= len(PAUSES) else LONGEST
    pause = max(pause, min(asked_for or 0, LONGEST))
    return now_ms + pause * (1000 + crc32(str(number).encode()) % 100)


def is_hopeless(made_ms: int, now_ms: int, tried: int) -> bool:
    """Whether it was tried for so long, and so often, that it is given up."""
    return now_ms - made_ms >= GIVES_UP_MS and tried >= LEAST
