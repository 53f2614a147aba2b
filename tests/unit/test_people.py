"""Passwords, codes, keys and tries, without anybody to use them."""

from __future__ import annotations

import threading

import pyotp
import pytest

from monitor.people import codes, keys, passwords
from monitor.people.attempts import MOST_KEYS, OF_ACCOUNT, OF_ADDRESS, OF_PAIR, WINDOW_MS, Attempts, network
from monitor.people.model import Role, Scope, operator_name, shown_name

GOOD = "correct horse battery"


def test_a_password_is_kept_as_argon2id() -> None:
    """Salted, so that two of the same differ; memory-hard; and only the password itself is right, whatever letters it has."""
    kept = passwords.hashed("pässwörd met 🐎")
    assert kept.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert kept != passwords.hashed("pässwörd met 🐎")
    assert passwords.is_right("pässwörd met 🐎", kept)
    assert not passwords.is_right("pässwörd met 🐎 ", kept)
    assert not passwords.is_right("\ud800" * 12, kept)
    assert not passwords.is_right("x" * 1_000_000, kept)
    assert not passwords.is_right(GOOD, "no hash at all")
    assert not passwords.is_right(GOOD, None)
    assert not passwords.is_old(kept)
    assert passwords.is_old(kept.replace("m=47104", "m=19456"))


@pytest.mark.parametrize(
    "bad", ["", "short", "a" * 11, "a" * 300, "aaaaaaaaaaaaaaaa", "PasswordPassword", "jansen of acme"]
)
def test_a_password_that_anybody_tries_is_refused(bad: str) -> None:
    """Length counts, not which characters; what is common or a name is refused."""
    with pytest.raises(ValueError, match="password"):
        passwords.check_new(bad, "jansen of acme")
    assert passwords.check_new(GOOD, "jansen") == GOOD


@pytest.mark.parametrize(
    "bad",
    [
        "password1234", "P@ssw0rd2026!", "Summer2026!!", "welkomwelkom", "letmeinletmein", "wachtwoord-1234", "2026-Statuspage",
        "qwertyuiopasdf", "zxcvbnmlkjhgfdsa", "1q2w3e4r5t6y", "abcdefghijkl", "210987654321", "jansen123456", "JansenJansen",
    ],
)  # fmt: skip
def test_a_family_of_passwords_is_refused_whole(bad: str) -> None:
    """A common word or a name with a year, again and again or with signs for letters; a walk along the keyboard."""
    with pytest.raises(ValueError, match="among the first"):
        passwords.check_new(bad, "jansen")


@pytest.mark.parametrize(
    "good", ["x7!kQ9#zP2m&", "482915736204", "7!3#9$2&1*4@a", "zon maan sterren", "my password is a horse"]
)
def test_what_is_only_like_them_is_taken(good: str) -> None:
    """There are no rules of composition: digits alone, signs alone, and a common word among others are taken."""
    assert passwords.check_new(good, "jansen") == good


def test_no_more_than_two_are_hashed_at_once() -> None:
    """Ten at once are hashed two by two, so that they do not take half a gigabyte together; all get their answer."""
    kept = passwords.hashed(GOOD)
    answers: list[bool] = []
    threads = [threading.Thread(target=lambda: answers.append(passwords.is_right(GOOD, kept))) for _ in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == [True] * 10


def test_a_code_is_good_once_and_for_a_minute() -> None:
    """One step early or late is forgiven; what was used, or is older than what was used, is not taken again; nor is nonsense."""
    secret, now = codes.fresh_secret(), 1_800_000_000
    step = now // codes.STEP
    maker = pyotp.TOTP(secret)
    for off in (-1, 0, 1):
        assert codes.step_of(secret, maker.at(now + off * 30), now, 0) == step + off
    for off in (-3, 3):
        assert codes.step_of(secret, maker.at(now + off * 30), now, 0) is None
    assert codes.step_of(secret, maker.at(now), now, step) is None
    assert codes.step_of(secret, maker.at(now - 30), now, step) is None
    assert codes.step_of(secret, f" {maker.at(now)[:3]} {maker.at(now)[3:]}", now, 0) == step
    for bad in ("", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "\ud800" * 6, "0" * 100_000):
        assert codes.step_of(secret, bad, now, 0) is None
    assert "otpauth://totp/" in codes.address(secret, "jansen", "Acme & Co")


def test_keys_are_long_and_kept_as_hashes() -> None:
    """256 random bits each, of which only a hash is kept; the key of a form is of one session and tells nothing of it."""
    session, token = keys.fresh_session(), keys.fresh_token()
    assert keys.is_session(session)
    assert keys.is_token(token)
    assert not keys.is_token(session)
    assert len({keys.fresh_token() for _ in range(1000)}) == 1000
    assert keys.digest(token) != token
    assert keys.is_form_key(session, keys.form_key(session))
    assert not keys.is_form_key(keys.fresh_session(), keys.form_key(session))
    assert not keys.is_form_key(session, "é\ud800")
    assert session not in keys.form_key(session)


def tries(attempts: Attempts, count: int, account: str, address: str, now: int = 0, *, known: bool = False) -> int:
    """How many of so many tries were allowed."""
    return sum(attempts.begin(account, address, now, is_known=known) for _ in range(count))


def test_a_flood_from_one_address_locks_nobody_else() -> None:
    """An address that tries one account, or many, has to wait; the owner of the account, elsewhere, does not."""
    attempts = Attempts()
    assert tries(attempts, 100, "jansen", "192.0.2.1") == OF_PAIR
    assert tries(attempts, 5, "jansen", "192.0.2.2") == 5
    assert sum(tries(attempts, 1, f"a{n}", "192.0.2.1") for n in range(1000)) == OF_ADDRESS - OF_PAIR
    assert tries(attempts, 1, "jansen", "192.0.2.3") == 1
    assert tries(attempts, 1, "jansen", "192.0.2.1", WINDOW_MS + 1) == 1


def test_a_crowd_locks_nobody_out_of_where_they_work() -> None:
    """An account that is tried from very many addresses waits, but not from where its owner was before."""
    attempts = Attempts()
    assert sum(tries(attempts, 1, "jansen", f"198.51.{n // 250}.{n % 250}") for n in range(500)) == OF_ACCOUNT
    assert tries(attempts, 1, "jansen", "192.0.2.7") == 0
    assert tries(attempts, 1, "jansen", "192.0.2.7", known=True) == 1
    assert tries(attempts, 1, "pietersen", "192.0.2.7") == 1


def test_one_household_is_one_address() -> None:
    """Of IPv6 the first 64 bits count; an IPv4 address in IPv6 clothes is itself."""
    attempts = Attempts()
    assert sum(tries(attempts, 1, "jansen", f"2001:db8::{n:x}") for n in range(100)) == OF_PAIR
    assert network("::ffff:192.0.2.1") == "192.0.2.1"
    assert network("nonsense") == "nonsense"


def test_what_is_remembered_is_bounded() -> None:
    """Names without end push out the oldest, and take no memory without end."""
    attempts = Attempts()
    for n in range(MOST_KEYS + 5000):
        attempts.begin(f"a{n}", f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", 0, is_known=True)
    assert len(attempts._failed) <= MOST_KEYS


def test_who_was_right_is_forgiven() -> None:
    """Somebody who mistypes each morning is not locked out in the afternoon."""
    attempts = Attempts()
    for _ in range(100):
        assert tries(attempts, 3, "jansen", "192.0.2.1") == 3
        attempts.forgive("jansen", "192.0.2.1")
        attempts._failed.clear()


def test_roles_and_names() -> None:
    """A role covers those below it; names are plain; each scope says which role it needs."""
    covered = [[one.covers(other) for other in Role] for one in Role]
    assert covered == [[True, False, False], [True, True, False], [True, True, True]]
    assert {each: each.needs for each in Scope} == {
        Scope.READ: Role.VIEWER,
        Scope.INCIDENTS: Role.OPERATOR,
        Scope.MAINTENANCE: Role.OPERATOR,
        Scope.LABELS: Role.OPERATOR,
    }
    assert operator_name("j.jansen-2") == "j.jansen-2"
    for bad in ("", "J", "-x", "a b", "a" * 65, "é", "a\n"):
        with pytest.raises(ValueError, match="name"):
            operator_name(bad)
    for bad in ("", " ", "a\nb", "x" * 81, "a\x00"):
        with pytest.raises(ValueError, match="name"):
            shown_name(bad)
