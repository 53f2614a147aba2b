"""Fees as the base of a remedy, shares of it as money, and the one rounding, which comes last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from monitor.sla.facts import Fee
from monitor.sla.figure import rounded
from monitor.sla.periods import Rule, day_of, months_on
from monitor.sla.remedies import Remedy
from monitor.timeline.period import Period, midnight
from monitor.timeline.span import Span, total, union

# Currencies whose smallest coin is not a hundredth (ISO 4217).
DIGITS = {
    "BIF": 0,
    "CLP": 0,
    "ISK": 0,
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "XAF": 0,
    "XOF": 0,
    "BHD": 3,
    "JOD": 3,
    "KWD": 3,
    "TND": 3,
}


@dataclass(frozen=True)
class Base:
    """What 100 percent is: the cost, its lines (one fee each), and the seconds that it pays for.

    ``span`` is the time that it is the fee of, ``rows`` the fees that it was made of.
    """

    cost: Fraction
    lines: tuple[Fraction, ...]
    seconds: int
    span: Span
    rows: tuple[Fee, ...]

    @property
    def unpaid(self) -> int:
        """The seconds for which a component has no fee, although it has one for others."""
        names = {row.component for row in self.rows}
        known = (union(p for r in self.rows if r.component == name and (p := r.span.clip(self.span))) for name in names)
        return max(self.span.seconds - total(spans) for spans in known)

    @property
    def around(self) -> tuple[Fee, ...]:
        """The rows over a longer time, of which a part is taken."""
        return tuple(row for row in self.rows if row.span.clip(self.span) != row.span)


@dataclass(frozen=True)
class Tariff:
    """The fees that were given, and the components of the agreement they are about."""

    fees: Sequence[Fee]
    components: tuple[str, ...]
    zone: str

    def of(self, names: Sequence[str], span: Span) -> Fraction | None:
        """What these components cost over a span: rows of it or within it, else a row around it by whole months or by time.

        None when a component has no fee. The fee of the whole agreement stands for all its components together.
        """
        rows = self.rows(names, span)
        return None if rows is None else self.cost(rows, span)

    def cost(self, rows: Sequence[Fee], span: Span) -> Fraction:
        """What comes of these rows over a span."""
        return sum((each.amount * self._part(each.span, span) for each in rows), Fraction(0))

    def rows(self, names: Sequence[str], span: Span) -> tuple[Fee, ...] | None:
        """The rows by which these components are priced over a span; None when one of them has none."""
        own = [self._rows_of(name, span) for name in names]
        if all(own) and own:
            return tuple(fee for rows in own for fee in rows)
        return self._rows_of("", span) or None if set(self.components) <= set(names) else None

    @cached_property
    def _by_name(self) -> dict[str, list[Fee]]:
        found: dict[str, list[Fee]] = {}
        for fee in self.fees:
            found.setdefault(fee.component, []).append(fee)
        return found

    def _rows_of(self, name: str, span: Span) -> tuple[Fee, ...]:
        rows = self._by_name.get(name, ())
        exact = tuple(fee for fee in rows if fee.span == span)
        inside = tuple(fee for fee in rows if span.start <= fee.span.start and fee.span.end <= span.end)
        return exact or inside or tuple(fee for fee in rows if fee.span.clip(span))

    def _part(self, row: Span, span: Span) -> Fraction:
        """The part of a row that lies in the span; some of it does."""
        months, all_months = self.months(span), self.months(row)
        if months and all_months and row.clip(span) == span:
            return Fraction(months, all_months)
        return Fraction(min(row.end, span.end) - max(row.start, span.start), row.seconds)

    def months(self, span: Span) -> int:
        """The whole months of a span; 0 when it does not consist of whole months."""
        first, after = day_of(span.start, self.zone), day_of(span.end, self.zone)
        count = (after.year - first.year) * 12 + after.month - first.month
        return count if midnight(months_on(first, count), self.zone) == span.end else 0


def base(remedy: Remedy, names: Sequence[str], period: Period, tariff: Tariff) -> Base | None:
    """The base of a remedy over a period; None when its fee is not known."""
    span = _span(remedy.base, period)
    is_whole = remedy.base.startswith("agreement") or remedy.base in ("annual", "last-30-days")
    order = [] if is_whole else [names]
    order += [("",), tariff.components] if is_whole or remedy.base == "annual/12" else []
    rows = next((found for who in order if (found := tariff.rows(who, span)) is not None), None)
    if rows is None:
        return None
    cost = tariff.cost(rows, span)
    if remedy.base == "annual/12":
        return Base(cost / 12, (cost / 12,), paid_for(remedy, period), span, rows)
    lines = [] if is_whole else [line for name in names if (line := tariff.of((name,), span)) is not None]
    return Base(cost, tuple(lines) if len(lines) == len(names) else (cost,), span.seconds, span, rows)


def paid_for(remedy: Remedy, period: Period) -> int:
    """The seconds that one base pays for."""
    if remedy.base == "annual/12":
        return Rule("calendar-month", period.zone).holding(period.span.end - 1).span.seconds
    return _span(remedy.base, period).seconds


def _span(name: str, period: Period) -> Span:
    last = period.span.end - 1
    if name.endswith("-month"):
        return Rule("calendar-month", period.zone).holding(last).span
    if name.startswith("annual"):
        return Rule("calendar-year", period.zone).holding(last).span
    if name == "last-30-days":
        return Rule("rolling", period.zone, days=30).holding(last).span
    return period.span


def cents(amount: Fraction, remedy: Remedy, currency: str | None) -> Fraction:
    """Rounded to the smallest coin by the agreement's rule."""
    return rounded(amount, DIGITS.get(currency or "", 2), remedy.money_rounding)


def coins(amount: Fraction, currency: str | None = None) -> str:
    """``"12.50"``: an amount that was rounded to the smallest coin, as text."""
    digits = DIGITS.get(currency or "", 2)
    units, rest = divmod((rounded(amount, digits, "half-up") * 10**digits).numerator, 10**digits)
    return f"{units}.{rest:0{digits}d}" if digits else str(units)


def share(give: Fraction, remedy: Remedy, seconds: int) -> Fraction:
    """An amount in the remedy's unit as a share of its base, which pays for so many seconds. KeyError for money and time itself."""
    month = remedy.month_hours * 3600 if remedy.month_hours else Fraction(seconds)
    return {
        "percent": give / 100,
        "fraction": give,
        "days-of-fee": give * 86_400 / month,
        "hours-of-fee": give * 3600 / month,
    }[remedy.unit]
