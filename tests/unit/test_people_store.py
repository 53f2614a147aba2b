"""What is kept of the people who may act, and what ends when."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.people.model import Deed, Operator, Role, Scope, Token
from monitor.store import People, PeopleError, has_people, open_people

NOW = 1_800_000_000
DEED = Deed(NOW, "root", "command", "", "did")
OWNER = Operator("jansen", "J. Jansen", Role.OWNER, NOW, False, False)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Where the record would be."""
    return f"sqlite:///{tmp_path}/state/meetlat.db"


@pytest.fixture
def people(url: str) -> Iterator[People]:
    """A store with one owner."""
    made = open_people(url)
    made.add(OWNER, "hash", DEED)
    yield made
    made.close()


def enter(people: People, digest: str = "d", name: str = "jansen", now: int = NOW) -> None:
    """Log somebody in."""
    people.open_session(digest, name, "192.0.2.1", "192.0.2.1", now, DEED)


def is_in(people: People, digest: str = "d", now: int = NOW, idle: int = 100, longest: int = 1000) -> bool:
    """Whether the session goes on."""
    return people.session(digest, now, idle, longest) is not None


def test_it_lies_beside_the_record_and_only_its_owner_reads_it(url: str, people: People, tmp_path: Path) -> None:
    """Personal data is never in the record: it has a file of its own, which nobody else may open, nor the folder."""
    enter(people)
    files = list((tmp_path / "state").iterdir())
    assert {each.name for each in files} >= {"meetlat-people.db"}
    assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_a_password_that_is_changed_while_somebody_logs_in_lets_nobody_in(people: People) -> None:
    """What was verified must still hold when the session begins; nothing is kept or noted of one that does not begin."""
    place = ("jansen", "192.0.2.1", "192.0.2.1", NOW, DEED)
    assert people.open_session("d", *place, password="hash")
    people.change("jansen", DEED, password="another")
    noted = len(people.deeds())
    assert not people.open_session("e", *place, password="hash")
    people.rehash("jansen", "hash", "the old one, hashed anew")
    assert people.password("jansen") == "another"
    people.add(replace(OWNER, name="boss"), "hash", DEED)
    people.change("jansen", DEED, disabled=True)
    assert not people.open_session("f", *place)
    assert not any(is_in(people, each) for each in "def")
    assert len(people.deeds()) == noted + 2


def test_there_is_nobody_to_begin_with(tmp_path: Path) -> None:
    """No account comes with it, and to ask makes no file. An operator who is disabled is nobody."""
    url = f"sqlite:///{tmp_path}/meetlat.db"
    assert not has_people(url)
    assert not list(tmp_path.iterdir())
    people = open_people(url)
    assert people.operators() == ()
    people.add(replace(OWNER, role=Role.VIEWER), "hash", DEED)
    assert has_people(url)
    people.change("jansen", DEED, disabled=True)
    assert not has_people(url)
    people.close()


def test_the_audit_trail_is_only_appended_to(people: People, tmp_path: Path) -> None:
    """Whoever opens the file itself cannot change or take away a row either."""
    people.note(Deed(NOW, "jansen", "admin", "192.0.2.1", "looked", "at", "this"))
    raw = sqlite3.connect(tmp_path / "state/meetlat-people.db")
    for line in ("UPDATE audit SET who = 'x'", "DELETE FROM audit"):
        with pytest.raises(sqlite3.IntegrityError, match="only appended"):
            raw.execute(line)
    raw.close()
    assert [each.what for _, each in people.deeds()] == ["looked", "did"]
    assert people.deeds(who="jansen")[0][1].detail == "this"
    assert people.deeds(before=2)[0][1].what == "did"


def test_what_failed_leaves_no_trace(people: People) -> None:
    """A change and its row in the audit trail are there together, or neither is."""
    before = people.deeds()
    with pytest.raises(PeopleError, match="already"):
        people.add(OWNER, "other", DEED)
    with pytest.raises(PeopleError, match="no operator"):
        people.change("nobody", DEED, role=Role.VIEWER)
    with pytest.raises(PeopleError, match="no token"):
        people.revoke("nothing", NOW, DEED)
    assert people.deeds() == before
    assert people.password("jansen") == "hash"


CHANGES: list[dict[str, Any]] = [{"password": "other"}, {"role": Role.OWNER}, {"secret": "JBSW"}, {"disabled": True}]


@pytest.mark.parametrize("change", CHANGES, ids=["password", "role", "second factor", "disabled"])
def test_sessions_die_with_what_they_were_built_on(people: People, change: dict[str, Any]) -> None:
    """Another password, role or second factor, or being disabled, ends all sessions of that operator at once, and nobody else's."""
    people.add(replace(OWNER, name="boss"), "hash", DEED)
    enter(people)
    enter(people, "e")
    enter(people, "other", "boss")
    people.change("jansen", DEED, **change)
    assert not is_in(people)
    assert not is_in(people, "e")
    assert is_in(people, "other")


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(people: People) -> None:
    """Seen in time it goes on; not seen it ends, and it ends anyway when it is too old, and when the clock went back before it."""
    enter(people)
    assert is_in(people, now=NOW + 99)
    assert is_in(people, now=NOW + 198)
    assert not is_in(people, now=NOW + 298)
    assert not is_in(people, now=NOW + 199)
    enter(people, "old")
    for second in range(NOW, NOW + 1000, 90):
        assert is_in(people, "old", second)
    assert not is_in(people, "old", NOW + 1000)
    enter(people, "much later", now=NOW + 8 * 86_400)
    assert {each.key for each in people.sessions(NOW, 10**9, 10**9)} == {"much later"}
    enter(people, "future", now=NOW + 10_000)
    assert not is_in(people, "future", NOW)


def test_somebody_ends_their_own_sessions_and_no_others(people: People) -> None:
    """The key of another's session does nothing in one's own hands."""
    people.add(replace(OWNER, name="boss"), "hash", DEED)
    enter(people)
    enter(people, "other", "boss")
    assert not people.end_session("other", DEED, "jansen")
    assert people.end_session("d", DEED, "jansen")
    assert [each.operator.name for each in people.sessions(NOW, 100, 1000)] == ["boss"]


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": Role.OPERATOR}], ids=["disabled", "role"])
def test_the_last_owner_stays(people: People, change: dict[str, Any]) -> None:
    """Nobody can leave a house without owner by mistake; with a second one it can be done."""
    with pytest.raises(PeopleError, match="last owner"):
        people.change("jansen", DEED, **change)
    people.add(replace(OWNER, name="boss"), "hash", DEED)
    people.change("jansen", DEED, **change)
    with pytest.raises(PeopleError, match="last owner"):
        people.change("boss", DEED, **change)


def test_a_step_of_the_second_factor_is_used_once(people: People) -> None:
    """Of two who come with the same code one is let in; an older one is no good after a newer one."""
    people.change("jansen", DEED, secret="JBSW")
    assert people.use_step("jansen", 10)
    assert not people.use_step("jansen", 10)
    assert not people.use_step("jansen", 9)
    assert people.use_step("jansen", 11)
    people.change("jansen", DEED, secret="NEW")
    assert people.secret("jansen") == ("NEW", 0)


ENDINGS: list[Callable[[People], object]] = [
    lambda people: people.revoke("deploy", NOW, DEED),
    lambda people: people.change("boss", DEED, disabled=True),
]


@pytest.mark.parametrize("end", ENDINGS, ids=["revoked", "operator disabled"])
def test_a_token_ends_at_once(people: People, end: Callable[[People], object]) -> None:
    """It opens until it is revoked, is over, or whoever stands for it is disabled; what is kept is its hash."""
    people.add(replace(OWNER, name="boss"), "hash", DEED)
    token = Token("deploy", "boss", "Deploy", (Scope.READ,), NOW, NOW + 50, None, None)
    people.add_token(token, "digest", DEED)
    found = people.token("digest", NOW)
    assert found
    assert (found[0].id, found[1].name) == ("deploy", "boss")
    assert people.token("deploy", NOW) is None
    assert people.token("digest", NOW + 50) is None
    end(people)
    assert people.token("digest", NOW) is None


def test_a_promise_is_kept_once(people: People) -> None:
    """Of two plans under one key the first counts; once it is said its answer stays; a week later it is forgotten."""
    assert people.promise("t", "k", "asked", "plan", NOW).plan == "plan"
    assert people.promise("t", "k", "other", "another", NOW).plan == "plan"
    assert people.promise("u", "k", "other", "another", NOW).plan == "another"
    people.fulfil("t", "k", "answer")
    people.forget("t", "k")
    people.forget("u", "k")
    kept = people.promised("t", "k")
    assert kept
    assert (kept.asked, kept.answer) == ("asked", "answer")
    assert people.promised("u", "k") is None
    people.promise("t", "later", "asked", "plan", NOW + 8 * 86_400)
    assert people.promised("t", "k") is None
