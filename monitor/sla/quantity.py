"""Quantities as an agreement writes them: text that becomes exact numbers, and exact numbers that become text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

_UNITS = {"ms": Fraction(1, 1000), "s": Fraction(1), "m": Fraction(60), "h": Fraction(3600), "d": Fraction(86_400)}
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,12})?")
_LENGTH = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)(ms|s|m|h|d)")


def one_of(*words: str) -> Callable[[object], str]:
    """A parser that takes these words and no other."""

    def choose(value: object) -> str:
        if value not in words:
            raise ValueError(f"{value!r} is not one of: {', '.join(words)}")
        return str(value)

    choose.__doc__ = ", ".join(f'``"{word}"``' for word in words)
    return choose


def number(value: object) -> Fraction:
    """``"10"``, ``"0.5"`` or ``"1/30"``, or a whole number; not negative. Never a binary float."""
    text = str(value) if type(value) is int else value
    if isinstance(text, str):
        parts = text.split("/")
        if len(parts) <= 2 and all(_NUMBER.fullmatch(part) for part in parts):
            numbers = [Fraction(Decimal(part)) for part in parts]
            if len(numbers) == 1:
                return numbers[0]
            if numbers[1]:
                return numbers[0] / numbers[1]
    raise ValueError('is not an exact number; write it as text, such as "10", "0.5" or "1/30"')


def percent(value: object) -> Fraction:
    """A percentage from 0 to 100."""
    if isinstance(value, bool) or not isinstance(value, str | int) or "/" in str(value):
        raise ValueError('is not a percentage; write it as text, such as "99.9"')
    found = number(value)
    if found > 100:
        raise ValueError("allowed is at most 100")
    return found


def promised(value: object) -> Fraction:
    """A percentage above 0: what may be promised."""
    found = percent(value)
    if not found:
        raise ValueError("allowed is more than 0 and at most 100")
    return found


def length(value: object) -> int:
    """``"90s"``, ``"4.5m"``, ``"48h"`` or ``"14d"`` in whole seconds."""
    found = _LENGTH.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError('is not a duration; write it as "90s", "4.5m", "48h" or "14d"')
    seconds = Fraction(Decimal(found[1])) * _UNITS[found[2]]
    if seconds.denominator != 1:
        raise ValueError("allowed is a whole number of seconds")
    return seconds.numerator


@dataclass(frozen=True)
class Quantity:
    """An amount of points of a percentage, or of seconds."""

    amount: Fraction
    is_time: bool


def points_or_time(value: object) -> Quantity:
    """``"0.1"`` (points of a percentage) or ``"30m"``; above zero."""
    is_time = isinstance(value, str) and bool(_LENGTH.fullmatch(value))
    found = Quantity(Fraction(length(value)) if is_time else number(value), is_time)
    if not found.amount:
        raise ValueError("allowed is more than zero")
    return found


def whole(low: int, high: int) -> Callable[[object], int]:
    """A parser for a whole number in a range, its ends included."""

    def check(value: object) -> int:
        if type(value) is not int or not low <= value <= high:
            raise ValueError(f"allowed is a whole number from {low} to {high}")
        return value

    check.__doc__ = f"A whole number from {low} to {high}."
    return check


def plain(amount: Fraction) -> str:
    """``99.9``: a decimal without trailing zeros where there is one that ends within 12 digits; ``1/30`` otherwise."""
    scaled = amount * 10**12
    if scaled.denominator != 1:
        return str(amount)
    sign, scaled = ("-", -scaled) if scaled < 0 else ("", scaled)
    units, rest = divmod(scaled.numerator, 10**12)
    return sign + f"{units}.{rest:012d}".rstrip("0").rstrip(".")


def floored(share: Fraction, digits: int = 3) -> str:
    """A share as a percentage, cut and never rounded up: one second down in a year never reads 100."""
    cut = share.numerator * 100 * 10**digits // share.denominator
    return f"{cut // 10**digits}.{cut % 10**digits:0{digits}d}" if digits else str(cut)


def clock(seconds: Fraction | int) -> str:
    """``1d 19h 48m 0s``: a length for people, half a second rounded up; days and hours only when there are any."""
    left = int(Fraction(seconds) + Fraction(1, 2))
    parts: list[str] = []
    for unit, size in (("d", 86_400), ("h", 3600), ("m", 60)):
        amount, left = divmod(left, size)
        if amount or parts or unit == "m":
            parts.append(f"{amount}{unit}")
    return " ".join([*parts, f"{left}s"])
