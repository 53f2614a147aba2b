"""The table of mistakes that no input can tell: it says which, and hides no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from mutation.explained import explained
from mutation.sample import SOURCES

ENTRY = '[[mistake]]\nmodule = "one"\nline = "return a + 1 - 1"\nwhat = "1 -> 2"\n{}\n'


def test_each_explained_mistake_is_one_that_could_be_made() -> None:
    """Every entry of the table names exactly one mistake in the code as it is now, with its reason."""
    assert all(explained(SOURCES).values())


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, Path]:
    """One module with a line on which the same mistake can be made twice."""
    file = tmp_path / "one.py"
    file.write_text("def f(a):\n    return a + 1 - 1\n")
    return {"one": file}


@pytest.mark.parametrize("nth", [1, 2])
def test_of_two_equal_mistakes_on_a_line_one_is_explained(sources: dict[str, Path], nth: int) -> None:
    """The one that is meant, by its place; the other still counts against the tests."""
    assert len(explained(sources, ENTRY.format(f'nth = {nth}\nwhy = "so"'))) == 1


@pytest.mark.parametrize(
    "table",
    [
        ENTRY.format('why = "so"'),
        ENTRY.format('nth = 3\nwhy = "so"'),
        ENTRY.format('nth = 1\nwhy = ""'),
        ENTRY.format('nth = 1\nwhy = "so"') * 2,
        ENTRY.replace("a + 1", "a + 2").format('nth = 1\nwhy = "so"'),
        ENTRY.replace("1 -> 2", "0 -> 1").format('nth = 1\nwhy = "so"'),
    ],
    ids=["which", "not there", "no reason", "twice", "other line", "other change"],
)
def test_an_entry_that_does_not_name_one_mistake_is_an_error(sources: dict[str, Path], table: str) -> None:
    """It would explain nothing, or hide a mistake that matters."""
    with pytest.raises(ValueError, match="return a"):
        explained(sources, table)
