"""Staff accounts over a real SQLite file, with a cheap argon2 so that the tests stay fast."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from assistant.accounts import Account, AccountRefused, Accounts, Role, SignInRefused, TooManyAttempts
from storage.accounts import AccountStore
from storage.database import Database

PASSWORD = "four unrelated words"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'koban.sqlite'}")
    database.create_for_tests()
    yield database
    database.close()


@pytest.fixture
def accounts(database: Database) -> Accounts:
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    return Accounts(AccountStore(database), session_hours=12, hasher=cheap)


def add(accounts: Accounts, username: str = "a.wrzos") -> Account:
    return accounts.add(username, display_name="Anna Wrzos", role=Role.OFFICER, site="nadrzecze", password=PASSWORD)


def test_right_password_opens_a_session(accounts: Accounts) -> None:
    """The right password opens a session that the token finds again."""
    add(accounts)
    signed_in = accounts.sign_in("a.wrzos", PASSWORD, now=NOW)
    found = accounts.session(signed_in.token, NOW + timedelta(hours=1))
    assert found == signed_in.session


def test_username_is_the_same_in_capitals(accounts: Accounts) -> None:
    """Capitals and spaces around a username do not matter."""
    add(accounts)
    assert accounts.sign_in(" A.Wrzos ", PASSWORD).session.account.username == "a.wrzos"


@pytest.mark.parametrize(("username", "password"), [("a.wrzos", "wrong password"), ("nobody", PASSWORD)])
def test_wrong_and_unknown_get_the_same_answer(accounts: Accounts, username: str, password: str) -> None:
    """A wrong password and an unknown name are refused alike."""
    add(accounts)
    with pytest.raises(SignInRefused):
        accounts.sign_in(username, password)


def test_five_wrong_passwords_lock_the_name(accounts: Accounts) -> None:
    """After five wrong passwords even the right one waits a quarter of an hour."""
    add(accounts)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            accounts.sign_in("a.wrzos", "wrong password", now=NOW)
    with pytest.raises(TooManyAttempts):
        accounts.sign_in("a.wrzos", PASSWORD, now=NOW + timedelta(minutes=14))
    accounts.sign_in("a.wrzos", PASSWORD, now=NOW + timedelta(minutes=15))


def test_unknown_names_lock_too(accounts: Accounts) -> None:
    """A name without account locks like one with, so the lock tells nobody which names exist."""
    for _ in range(5):
        with pytest.raises(SignInRefused):
            accounts.sign_in("nobody", "wrong password", now=NOW)
    with pytest.raises(TooManyAttempts):
        accounts.sign_in("nobody", "wrong password", now=NOW)


def test_session_ends_after_its_hours(accounts: Accounts) -> None:
    """A session does not outlive the hours that were set."""
    add(accounts)
    token = accounts.sign_in("a.wrzos", PASSWORD, now=NOW).token
    assert accounts.session(token, NOW + timedelta(hours=12)) is None


def test_signing_in_again_replaces_the_token(accounts: Accounts) -> None:
    """A second sign-in of the same browser gives a new token and ends the old one."""
    add(accounts)
    first = accounts.sign_in("a.wrzos", PASSWORD).token
    second = accounts.sign_in("a.wrzos", PASSWORD, replaces=first).token
    assert accounts.session(first) is None
    assert accounts.session(second) is not None


def test_signing_out_ends_the_session(accounts: Accounts) -> None:
    """A token that signed out opens nothing."""
    add(accounts)
    token = accounts.sign_in("a.wrzos", PASSWORD).token
    accounts.sign_out(token)
    assert accounts.session(token) is None


def test_disabled_account_is_out_at_once(accounts: Accounts) -> None:
    """Disabling ends open sessions and refuses the right password."""
    add(accounts)
    token = accounts.sign_in("a.wrzos", PASSWORD).token
    accounts.disable("a.wrzos")
    assert accounts.session(token) is None
    with pytest.raises(SignInRefused):
        accounts.sign_in("a.wrzos", PASSWORD)
    accounts.enable("a.wrzos")
    accounts.sign_in("a.wrzos", PASSWORD)


def test_new_password_ends_sessions(accounts: Accounts) -> None:
    """A changed password ends the sessions made with the old one."""
    add(accounts)
    token = accounts.sign_in("a.wrzos", PASSWORD).token
    accounts.set_password("a.wrzos", "another four long words")
    assert accounts.session(token) is None
    accounts.sign_in("a.wrzos", "another four long words")


def test_database_holds_neither_password_nor_token(accounts: Accounts, tmp_path: Path) -> None:
    """Neither password nor token can be read from the database files."""
    add(accounts)
    token = accounts.sign_in("a.wrzos", PASSWORD).token
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("koban.sqlite*"))
    assert b"$argon2id$" in stored
    assert PASSWORD.encode() not in stored
    assert token.encode() not in stored


def test_second_account_of_a_name_is_refused(accounts: Accounts) -> None:
    """Two accounts never share a username."""
    add(accounts)
    with pytest.raises(AccountRefused, match="already"):
        add(accounts, "A.WRZOS")
    assert [account.username for account in accounts.list("nadrzecze")] == ["a.wrzos"]


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_short_and_endless_passwords_are_refused(accounts: Accounts, password: str) -> None:
    """A password has 12 to 200 characters."""
    with pytest.raises(AccountRefused, match="characters"):
        accounts.add("b", display_name="B", role=Role.EDITOR, site="nadrzecze", password=password)


def test_unknown_account_is_named(accounts: Accounts) -> None:
    """Disabling an account that is not there says how to see those that are."""
    with pytest.raises(AccountRefused, match="users list"):
        accounts.disable("nobody")
