"""Languages: catalogues, and how a language writes dates, numbers and durations. The door to Babel.

English is the language of the source. Every ``translations/<language>.po`` adds one more; they are compiled in memory when the
site starts, so there is no build step.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal, format_percent, get_decimal_symbol

from monitor.config import Config
from monitor.table import ConfigError, Fault

SOURCE = "en"
FOLDER = Path(__file__).with_name("translations")
DIGITS = 3


def N_(text: str) -> str:  # noqa: N802 -- the name that extractors of messages look for
    """Marks a text as one to be translated later."""
    return text


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the site, in the page's time zone: texts, and how dates, numbers and durations are written."""

    code: str
    locale: Locale
    zone: ZoneInfo
    catalogue: gettext.NullTranslations

    @property
    def name(self) -> str:
        """What the language calls itself."""
        name = Locale.parse(self.locale.language).display_name or self.code
        return name[:1].upper() + name[1:]

    def text(self, msgid: str) -> str:
        """The text in this language."""
        return self.catalogue.gettext(msgid)

    def plural(self, one: str, many: str, count: int) -> str:
        """The right form for the count, with the count filled in as ``%(n)s``."""
        return self.catalogue.ngettext(one, many, count) % {"n": self.number(count)}

    def number(self, value: int | Decimal) -> str:
        """A number with this language's separators."""
        return format_decimal(value, locale=self.locale)

    def decimal(self, text: str) -> str:
        """An exact decimal, as text, with this language's separator; any other text as it is."""
        return text.replace(".", get_decimal_symbol(self.locale)) if re.fullmatch(r"-?\d+\.\d+", text) else text

    def percent(self, share: Fraction, digits: int = DIGITS) -> str:
        """A share as a percentage, floored and never rounded up, trailing zeros off."""
        return _percent(floored(share, digits), digits, self.locale)

    def instant(self, second: int) -> str:
        """``2 Mar 2026 11:12 CET``: always with the year and the zone."""
        local = self.local(second)
        return f"{format_datetime(local, 'd MMM y HH:mm', tzinfo=self.zone, locale=self.locale)} {zone_word(local)}"

    def clock(self, second: int) -> str:
        """``11:12:05 CET``: only beside a date."""
        local = self.local(second)
        return f"{format_datetime(local, 'HH:mm:ss', tzinfo=self.zone, locale=self.locale)} {zone_word(local)}"

    def precise(self, second: int) -> str:
        """``2 Mar 2026 11:12:05 CET``."""
        local = self.local(second)
        return f"{format_datetime(local, 'd MMM y HH:mm:ss', tzinfo=self.zone, locale=self.locale)} {zone_word(local)}"

    def day(self, second: int) -> str:
        """``2 March 2026``, the local day of the instant."""
        return format_date(self.local(second).date(), "d MMMM y", locale=self.locale)

    def date(self, day: date) -> str:
        """``2 March 2026``, of a day without a zone."""
        return format_date(day, "d MMMM y", locale=self.locale)

    def month(self, second: int) -> str:
        """``March 2026``, the local month of the instant."""
        return format_date(self.local(second).date(), "MMMM y", locale=self.locale)

    def month_name(self, label: str) -> str:
        """``2026-03`` as ``March 2026``."""
        return format_date(datetime.strptime(label, "%Y-%m").date(), "MMMM y", locale=self.locale)  # noqa: DTZ007 -- a month

    def names(self, items: Sequence[str]) -> str:
        """``API, Web and DNS``."""
        return format_list(list(items), locale=self.locale)

    def duration(self, seconds: int, parts: int = 2) -> str:
        """``2 hours 5 minutes``: the largest ``parts`` units, the rest cut off."""
        words = []
        for size, one, many in _UNITS:
            count, seconds = divmod(seconds, size)
            if count:
                words.append(self.plural(one, many, count))
        return " ".join(words[:parts]) or self.plural(*_UNITS[-1][1:], 0)

    def milliseconds(self, us: int) -> str:
        """Microseconds as ``142 ms``, or ``1.42 s`` from two seconds on."""
        if us < 2_000_000:
            return f"{self.number(round(us / 1000))} ms"
        return f"{self.number(Decimal(us // 10_000) / 100)} s"

    def scale(self, us: int, top: int) -> str:
        """A figure on a scale that ends at ``top``, both in microseconds: exact, and in one unit for the whole scale."""
        unit, word = (1000, "ms") if top < 2_000_000 else (1_000_000, "s")
        return f"{self.number(Decimal(us) / unit)} {word}"

    def hour(self, second: int) -> str:
        """``18:00`` on an axis, and at midnight the day that begins: ``3 Mar``."""
        local = self.local(second)
        return format_datetime(local, "HH:mm" if local.hour else "d MMM", tzinfo=self.zone, locale=self.locale)

    def local(self, second: int) -> datetime:
        """The instant in the page's zone."""
        return datetime.fromtimestamp(second, self.zone)


_UNITS = (
    (86400, N_("%(n)s day"), N_("%(n)s days")),
    (3600, N_("%(n)s hour"), N_("%(n)s hours")),
    (60, N_("%(n)s minute"), N_("%(n)s minutes")),
    (1, N_("%(n)s second"), N_("%(n)s seconds")),
)


def zone_word(local: datetime) -> str:
    """``CET``, or ``UTC-03`` for a zone that has no letters of its own."""
    word = local.tzname() or "UTC"
    return f"UTC{word}" if word[0] in "+-" else word


def floored(share: Fraction, digits: int = DIGITS) -> Decimal:
    """A share in percent, cut after ``digits`` decimals: what is printed is never more than what was measured."""
    scale = 10**digits
    exact: Decimal = Decimal(share.numerator * 100 * scale // share.denominator) / scale
    return exact.quantize(Decimal(1).scaleb(-digits), ROUND_FLOOR)


def speak(code: str, zone: str, file: Path | None = None) -> Language:
    """The language of that code, in the time zone, by this catalogue or our own. LookupError when it cannot be read."""
    try:
        locale = Locale.parse("en_GB" if code == SOURCE else code)
        return Language(code, locale, ZoneInfo(zone), _catalogue(code, file or FOLDER / f"{code}.po"))
    except (UnknownLocaleError, PoFileError, ValueError, OSError) as error:
        raise LookupError(f"the language {code!r} cannot be used: {error}") from error


def spoken(config: Config) -> dict[str, Language]:
    """The languages of the page, the first one first. ConfigError for a catalogue that cannot be read."""
    page = config.page
    try:
        return {code: speak(code, page.timezone, config.catalogues.get(code)) for code in page.languages}
    except LookupError as error:
        raise ConfigError((Fault("translations", "", str(error)),)) from error


def _catalogue(code: str, file: Path) -> gettext.NullTranslations:
    if code == SOURCE:
        return gettext.NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as text:
        write_mo(compiled, read_po(text, locale=code, abort_invalid=True))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@lru_cache(maxsize=10_000)
def _percent(value: Decimal, digits: int, locale: Locale) -> str:
    return format_percent(value / 100, f"#,##0.{'#' * digits}%", locale)
