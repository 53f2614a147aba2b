"""Whether the time of an answer tells who is an operator, or which token was good once: each is timed beside its like."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import fmean

from operating import DEED, Office, Program, office
from werkzeug.test import Client

from monitor.people import keys

LOGINS, TOKENS = 150, 500
_numbers = count(1)


def refused(house: Office, name: str) -> float:
    """The milliseconds of one login with a wrong password, from a place that never tried before."""
    number = next(_numbers)
    browser = house.browser(address=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")
    house.clock.move(60)  # so that the account does not wait for what was tried long ago
    begun = time.perf_counter()
    answer = browser.post("/login", {"name": name, "password": "not it at all", "code": ""})
    took = time.perf_counter() - begun
    assert answer.status_code == 401, answer.status_code
    return took * 1000


def shut(house: Office, token: str) -> float:
    """The milliseconds of one question with a token that opens nothing."""
    program = Program(Client(house.app), token)
    begun = time.perf_counter()
    answer = program.get("/api/v1/incidents")
    took = time.perf_counter() - begun
    assert answer.status_code == 401, answer.status_code
    return took * 1000


def beside(what: str, times: int, one: Callable[[], float], other: Callable[[], float]) -> None:
    """Both by turns, and how far apart they are in the mean."""
    pairs = [(one(), other()) for _ in range(times)]
    first, second = (fmean(each) for each in zip(*pairs, strict=True))
    print(
        f"{what}, mean of {times}: {first:.2f} ms against {second:.2f} ms, apart {abs(first - second):.2f} ms (wanted < 5)"
    )


def main() -> None:
    """Both questions."""
    with tempfile.TemporaryDirectory() as folder, office(Path(folder)) as house:
        beside(
            "a login with a known name against an unknown one",
            LOGINS,
            lambda: refused(house, "jansen"),
            lambda: refused(house, "somebody"),
        )
        revoked = house.program().token
        house.people.revoke("deploy", house.clock.now(), DEED)
        beside(
            "a token that was revoked against one that never was",
            TOKENS,
            lambda: shut(house, revoked),
            lambda: shut(house, keys.fresh_token()),
        )


if __name__ == "__main__":
    main()
