"""JSONPath as RFC 9535 has it, with as many ``..`` and filters as one wants, and never more work than is bearable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.json_paths import NODES, json_path, values_at
from monitor.json_rules import JsonRule

FARM = {
    "farm": {
        "animals": [
            {"kind": "cow", "name": "Bella", "legs": 4, "milk": 20},
            {"kind": "goat", "name": "Anna\n", "legs": 4, "milk": 3, "ill": None},
            {
                "kind": "hen",
                "name": "Chick",
                "legs": 2,
                "young": [{"name": "Pip", "legs": 2}, {"name": "Pop", "legs": 1}],
            },
        ],
        "least": 3,
        "pattern": "C.*",
        "true": True,
        "one": 1,
        "text": "abc",
    }
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.farm.animals[0].name", ["Bella"]),
        ("$['farm'][\"animals\"][-1].kind", ["hen"]),
        ("$.farm.animals[0,2].legs", [4, 2]),
        ("$.farm.animals[::-1].kind", ["hen", "goat", "cow"]),
        ("$.farm.animals[1:].kind", ["goat", "hen"]),
        ("$.farm.animals[::0]", []),
        ("$.farm.animals.*.kind", ["cow", "goat", "hen"]),
        ("$..name", ["Bella", "Anna\n", "Chick", "Pip", "Pop"]),
        ("$..young..name", ["Pip", "Pop"]),
        ("$..animals..legs", [4, 4, 2, 2, 1]),
        ("$..[?@.legs < 2].name", ["Pop"]),
        ("$..animals[?@..legs == 1]", None),
        ("$..animals[?count(@..legs) > 2].kind", ["hen"]),
        ("$..animals[?@.young[?@.legs == 1]].kind", ["hen"]),
        ("$..animals[?@.milk >= $.farm.least].kind", ["cow", "goat"]),
        ("$..animals[?@.young[?@.legs < $.farm.least]].kind", ["hen"]),
        ("$..animals[?@.ill == null].kind", ["goat"]),
        ("$..animals[?@.ill].kind", ["goat"]),
        ("$..animals[?!@.milk].kind", ["hen"]),
        ("$..animals[?@.kind == 'cow' || @.milk < 5 && @.legs == 4].kind", ["cow", "goat"]),
        ("$..animals[?@.none == @.nothing].kind", ["cow", "goat", "hen"]),
        ("$..animals[?match(@.name, $.farm.pattern)].kind", ["hen"]),
        ("$..animals[?match(@.name, 'A.*')].kind", []),
        ("$..animals[?search(@.name, 'n')].kind", ["goat"]),
        ("$..animals[?search(@.name, @.name)].kind", ["cow", "goat", "hen"]),
        ("$..animals[?length(@.name) == 5 && value(@..young[0].name) == 'Pip'].kind", ["hen"]),
        ("$.farm[?@ == true]", [True]),
        ("$.farm[?@ == 1]", [1]),
        ("$.farm.text[0:1]", []),
        ("$.farm.text[0]", []),
        ("$.farm[ 'one' ]", [1]),
        ("$..[?@ == $.farm.animals[2].young]", [FARM["farm"]["animals"][2]["young"]]),  # type: ignore[index]
    ],
)
def test_a_path_finds_what_the_standard_says(path: str, found: list[Any] | None) -> None:
    """Every form of selector, nested as deep as one likes; None for what is no path."""
    if found is None:
        with pytest.raises(ValueError, match="is not a JSONPath"):
            assert values_at(json_path(path), FARM) is None
    else:
        assert values_at(json_path(path), FARM) == found


@pytest.mark.parametrize(
    "path", ["$..[", "$[?@.a = 1]", "$[?match(@.a, '(')]", "$[?@..a == 1]", "$[?f(@)]", "$.a|$.b", "^.a"]
)
def test_what_is_no_path_is_refused(path: str) -> None:
    """Also what libraries add to the standard, and a comparison of several values with one."""
    with pytest.raises(ValueError, match="JSONPath"):
        json_path(path)


DENSE = {
    "lists": [[] for _ in range(21_000)],
    "objects": [{"a": 1} for _ in range(7_200)],
    "texts": ["" for _ in range(21_000)],
    "long": ["a" * 60_000],
}


@pytest.mark.parametrize("name", DENSE)
@pytest.mark.parametrize(
    "path", ["$..b", "$..*", "$[*]", "$[?@.b == 1]", "$[?@.b == @.c]", "$[?match(@, 'b')]", "$..[?@.a == 2]"]
)
def test_a_path_of_one_part_is_followed_through_any_body(name: str, path: str) -> None:
    """A body of 64 KiB has no more places than one ``..`` or filter may look at."""
    assert len(values_at(json_path(path), DENSE[name])) <= NODES + 1


NASTY = {
    "$..[?@..[?@..b]]": [[[[1] * 40] * 20] * 20],
    "$..*..*..[?@.x]": [[[[1] * 30] * 30] * 20],
    "$..[?@ == $[0]]": [["a"] * 1000] * 60,
    "$[?search(@, @)]": [f"{number}{'(a*)*' * 30}" for number in range(1000)],
    "$[?match(@, $[0])]": ["a" * 60_000] * 1000,
}


@pytest.mark.parametrize("path", NASTY)
def test_what_would_take_too_long_is_given_up(path: str) -> None:
    """And is a fault of the body that says so, which quotes nothing of it."""
    assert "is too large or too deep" in JsonRule(path=json_path(path)).fault(NASTY[path])


def test_depth_alone_is_no_hindrance() -> None:
    """A document may be as deep as its parser lets it be; a comparison of such documents may not."""
    deep: Any = 1
    for _ in range(900):
        deep = {"a": deep}
    assert len(values_at("$..a", deep)) == 900
    assert values_at("$..[?@ == 1]", deep) == [1]
    with pytest.raises(ValueError, match="too deep"):
        values_at("$[?@ == $.a]", {"a": deep, "b": deep})


def test_a_long_name_is_not_copied_to_each_place_below_it() -> None:
    """What is found holds no way to it."""
    name = "k" * 30_000
    assert len(values_at("$..*", {name: [""] * 11_000})) == NODES + 1


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=30,
)


def everywhere(document: Any, name: str) -> Iterator[Any]:
    """What has this name, in the order of the document: the object before what is in it."""
    if isinstance(document, dict) and name in document:
        yield document[name]
    for each in document.values() if isinstance(document, dict) else document if isinstance(document, list) else ():
        yield from everywhere(each, name)


@given(DOCUMENTS)
def test_descent_finds_all_that_is_there(document: Any) -> None:
    """As a plain walk does; and a filter that asks for a name finds what has it."""
    assert values_at("$..a", document) == list(everywhere(document, "a"))
    holders = [
        each for each in (document if isinstance(document, list) else ()) if isinstance(each, dict) and "a" in each
    ]
    if isinstance(document, list):
        assert values_at("$[?@.a]", document) == holders
