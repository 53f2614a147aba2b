"""Values as an operator writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.table import duration, lasting
from monitor.values import host, web_address

SECRET = "hush"


@pytest.mark.parametrize(
    "text", ["https://a.example", "http://[::1]:8080/x?y#z", "http://127.0.0.1/", "https://één.example/"]
)
def test_a_web_address_is_taken(text: str) -> None:
    """As it was written."""
    assert web_address(text) == text


@pytest.mark.parametrize(
    "text",
    [
        5,
        "",
        "ftp://a.example",
        "https://",
        "//a.example",
        "http://a.example:0",
        "http://a.example:70000",
        f"http://user:{SECRET}",
        f"http://user:{SECRET}@a.example/",
        f"http://{SECRET}@a.example/",
        f"http://user:{SECRET}@[x]/",
        f"http://user:{SECRET}\u2100@a.example/",
        f"http://[{SECRET}]/",
        "http://[fe80::1%25eth0]/",
        "http://a b/",
        "http://a..b/",
    ],
)
def test_another_address_is_refused_and_not_repeated(text: object) -> None:
    """Whatever is wrong with it, a password in it is not shown."""
    with pytest.raises(ValueError, match=r"allowed|must not") as caught:
        web_address(text)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("text", ["a", "db.internal", "my_host", "a.example.", "127.0.0.1", "::1", "één.example"])
def test_a_host_is_taken(text: str) -> None:
    """A name or an address."""
    assert host(text) == text


@pytest.mark.parametrize(
    "text", [5, "", ".", "a..b", "a b", "a:80", "http://a", "a/b", "u@a", "[::1]", "fe80::1%eth0", "a\n"]
)
def test_another_host_is_refused(text: object) -> None:
    """No port, no brackets, no zone, no address of a page."""
    with pytest.raises(ValueError, match="allowed"):
        host(text)


@given(st.integers(0, 10**12))
def test_a_duration_that_is_shown_can_be_written(ms: int) -> None:
    """In the largest unit that says it exactly."""
    assert duration(lasting(ms)) == ms


@pytest.mark.parametrize(
    ("ms", "shown"), [(0, "0s"), (500, "500ms"), (1000, "1s"), (90_000, "90s"), (3_600_000, "1h"), (86_400_000, "1d")]
)
def test_a_duration_is_shown_in_its_largest_whole_unit(ms: int, shown: str) -> None:
    """As a person would have written it."""
    assert lasting(ms) == shown
