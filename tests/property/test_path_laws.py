"""Whatever stands in an address, no file that is not meant for visitors is read, and no door breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from doors import CANARY, FORM, Door, doors, wanderings
from hypothesis import settings

MANY = 100 if (settings().max_examples or 100) <= 100 else 2_000  # for each place; more in the slow suite
SECRETS = (CANARY, "root:x:0", "SQLite format", "[component", "PATH=", "fonts]", "def create_app")


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Door]]:
    """All three."""
    with doors(tmp_path_factory.mktemp("doors")) as found:
        yield {each.name: each for each in found}


@pytest.mark.parametrize("name", ["page", "admin", "form"])
def test_no_path_leads_out_of_the_house(every: dict[str, Door], name: str) -> None:
    """Dots, slashes of every kind, twice encoded, cut off by a nought: in each place of each address, all of it is nobody's."""
    door = every[name]
    places = door.paths()
    assert len(places) >= {"page": 35, "admin": 5, "form": 5}[name]
    for number, (rule, form) in enumerate(places):
        for text in wanderings(MANY, number):
            answer = door.get(form.format(text))
            assert answer.status_code in (200, 303, 308, 400, 404, 405), (rule, text, answer.status_code)
            assert not any(secret in answer.text for secret in SECRETS), (rule, text)
            assert "x" not in answer.headers.get("Set-Cookie", ""), (rule, text)
            if answer.location:
                assert re.fullmatch(rf"({FORM})?/(?![/\\])[!-~]*", answer.location), (rule, text, answer.location)


def test_there_are_two_thousand_of_them() -> None:
    """All different."""
    assert len(set(wanderings(2_000))) == 2_000
