"""The door to the ``holidays`` package: the public holidays of a country, as its law knows them.

It is opened when a calendar asks for holidays, not before: it is large.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache


def country(value: object) -> str:
    """The code of a country, ``"NL"``, or of a part of one, ``"DE-BY"``, whose public holidays are known."""
    import holidays

    code, _, part = value.partition("-") if isinstance(value, str) else ("", "", "")
    known = holidays.list_supported_countries()
    if code not in known or (part and part not in known[code]):
        raise ValueError('is neither a date nor a country whose holidays are known, such as "NL" or "DE-BY"')
    return str(value)


@lru_cache(maxsize=2_000)
def days_off(code: str, year: int) -> frozenset[date]:
    """The public holidays of a year."""
    import holidays

    land, _, part = code.partition("-")
    return frozenset(holidays.country_holidays(land, subdiv=part or None, years=year))
