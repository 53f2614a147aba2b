"""Several objectives about the same components, of whose credits only the highest is paid."""

from __future__ import annotations

from typing import Any

import pytest
from calculated import HOUR, at, computed, reading

from monitor.timeline.span import Span

JUNE = at("2026-06-01T00:00")
HEAD = '[agreement]\nid = "acme"\ntimezone = "UTC"\ncurrency = "EUR"\ncombine = "{combine}"\n'
ONE = '[[objective]]\nid = "{id}"\nof = "{of}"\ntarget = "99.9"\n[[objective.remedy]]\n{form}\n'


def paid(*rows: tuple[str, str, str], combine: str = "highest", down: int = 10) -> dict[str, tuple[Any, Any]]:
    """What is paid under each objective, and which one goes before it, after so many hours down; rows of id, component and form."""
    text = HEAD.format(combine=combine) + "".join(ONE.format(id=id_, of=of, form=form) for id_, of, form in rows)
    found = reading(text)
    assert not found.faults, found.faults
    outage = [Span(JUNE, JUNE + down * HOUR)] if down else []
    made = computed(found.versions[0], "2026-06", outage, fees={"2026-06": "100.00"})
    remedies = {each["id"]: each["remedies"][0] for each in made["objectives"]}
    return {name: (each["payable"], each["superseded_by"]) for name, each in remedies.items()}


def test_only_the_highest_of_three_credits_is_paid() -> None:
    """Each of the others names the highest, not merely a higher one."""
    rows = [("a", "api", 'flat = "10"'), ("b", "api", 'flat = "20"'), ("c", "api", 'flat = "15"')]
    assert paid(*rows) == {"a": ("0.00", "b"), "b": ("20.00", None), "c": ("0.00", "b")}
    assert paid(*rows, combine="sum") == {"a": ("10.00", None), "b": ("20.00", None), "c": ("15.00", None)}


def test_of_equal_credits_one_is_paid() -> None:
    """The first by its name, wherever it stands in the file."""
    rows = [("b", "api", 'flat = "10"'), ("a", "api", 'flat = "10"')]
    assert paid(*rows) == {"a": ("10.00", None), "b": ("0.00", "a")}


def test_of_three_equal_credits_one_is_paid() -> None:
    """However many are equal, the customer gets that amount once."""
    rows = [(name, "api", 'flat = "10"') for name in "abc"]
    assert paid(*rows) == {"a": ("10.00", None), "b": ("0.00", "a"), "c": ("0.00", "a")}


def test_credits_for_other_components_do_not_compete() -> None:
    """They are for other things, and all are paid."""
    rows = [("a", "api", 'flat = "10"'), ("b", "web", 'flat = "20"')]
    assert [each[1] for each in paid(*rows).values()] == [None, None]


@pytest.mark.parametrize("form", ['kind = "extension"\nunit = "days"\nflat = "30"', 'kind = "termination"'])
def test_time_and_rights_do_not_compete_with_a_credit(form: str) -> None:
    """Thirty days more are not thirty euros: both are given."""
    assert paid(("a", "api", 'flat = "10"'), ("b", "api", form)) == {"a": ("10.00", None), "b": (None, None)}


def test_a_credit_that_is_not_due_goes_before_none() -> None:
    """Where nothing was down nothing is superseded; a penalty competes as a credit does."""
    penalty = 'kind = "penalty"\nflat = "30"\ncap = [{ percent = "50", over = "month" }]'
    rows = [("a", "api", 'flat = "10"'), ("b", "api", penalty)]
    assert paid(*rows) == {"a": ("0.00", "b"), "b": ("30.00", None)}
    assert paid(*rows, down=0) == {"a": ("0.00", None), "b": ("0.00", None)}
