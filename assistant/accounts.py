"""Accounts of staff: passwords, signing in, sessions. Only hashes of passwords and tokens are stored."""

import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from threading import BoundedSemaphore, Lock
from uuid import uuid4

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from storage.accounts import AccountStore
from storage.tables import Officer, OfficerSession

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
ATTEMPTS = 5
LOCKED_FOR = timedelta(minutes=15)
REMEMBERED_NAMES = 10_000
# One check takes 64 MiB: many at once would take the machine's memory.
CHECKS_AT_ONCE = 2


class Role(StrEnum):
    OFFICER = "officer"
    SENIOR_OFFICER = "senior_officer"
    EDITOR = "editor"
    EVALUATOR = "evaluator"
    ADMINISTRATOR = "administrator"


class AccountRefused(Exception):
    """An account cannot be made or changed as asked; the message says why and what to do."""


class SignInRefused(Exception):
    """Name and password do not belong together. The same answer for unknown, disabled and wrong."""


class TooManyAttempts(Exception):
    """The name is locked for a while after too many wrong passwords."""


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff."""

    id: str
    username: str
    display_name: str
    role: Role
    site: str
    area: str | None
    disabled: bool


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A signed-in browser. `csrf` must come back with every change."""

    account: Account
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`token` is known to the browser alone; it is never stored here."""

    token: str
    session: StaffSession


class Attempts:
    """Wrong passwords per name, in memory: the process that checks passwords is the only one that counts."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, list[datetime]] = OrderedDict()
        self._lock = Lock()

    def locked(self, name: str, now: datetime) -> bool:
        with self._lock:
            return len(self._recent(name, now)) >= ATTEMPTS

    def failed(self, name: str, now: datetime) -> None:
        with self._lock:
            self._failures[name] = [*self._recent(name, now), now][-ATTEMPTS:]
            self._failures.move_to_end(name)
            while len(self._failures) > REMEMBERED_NAMES:
                self._failures.popitem(last=False)

    def succeeded(self, name: str) -> None:
        with self._lock:
            self._failures.pop(name, None)

    def _recent(self, name: str, now: datetime) -> list[datetime]:
        return [at for at in self._failures.get(name, ()) if now - at < LOCKED_FOR]


class Accounts:
    """Everything about staff accounts; `hasher` is argon2id with the library's current recommendation."""

    def __init__(self, store: AccountStore, session_hours: int = 12, hasher: PasswordHasher | None = None) -> None:
        self._store = store
        self._session_length = timedelta(hours=session_hours)
        self._hasher = hasher or PasswordHasher()
        self._attempts = Attempts()
        self._decoy: str | None = None
        self._checks = BoundedSemaphore(CHECKS_AT_ONCE)

    def add(
        self,
        username: str,
        *,
        display_name: str,
        role: Role,
        site: str,
        password: str,
        area: str | None = None,
    ) -> Account:
        """Make an account. Raises AccountRefused for a name in use or a password too short or too long."""
        name = _normal(username)
        if not name:
            raise AccountRefused("the username is empty: give one, such as a.wrzos")
        if self._store.by_username(name):
            raise AccountRefused(f"there is already an account {name!r}: choose another username")
        row = Officer(
            id=uuid4().hex,
            username=name,
            display_name=display_name.strip() or name,
            password_hash=self._hash(password),
            role=role.value,
            site=site,
            area=area,
            disabled=False,
            created_at=datetime.now(UTC),
        )
        self._store.add(row)
        return _account(row)

    def list(self, site: str | None = None) -> list[Account]:
        return [_account(row) for row in self._store.all(site)]

    def disable(self, username: str) -> None:
        """Switch an account off and end its sessions. Raises AccountRefused if there is none."""
        if not self._store.set_disabled(_normal(username), True):
            raise AccountRefused(_unknown(username))

    def enable(self, username: str) -> None:
        if not self._store.set_disabled(_normal(username), False):
            raise AccountRefused(_unknown(username))

    def set_password(self, username: str, password: str) -> None:
        """Replace a password and end the account's sessions. Raises AccountRefused."""
        if not self._store.set_password(_normal(username), self._hash(password)):
            raise AccountRefused(_unknown(username))

    def sign_in(
        self, username: str, password: str, replaces: str | None = None, now: datetime | None = None
    ) -> SignedIn:
        """Check the password and open a session under a fresh token; `replaces` is the browser's old token.

        Raises SignInRefused, or TooManyAttempts for a quarter of an hour after five wrong passwords.
        """
        at = now or datetime.now(UTC)
        name = _normal(username)
        if self._attempts.locked(name, at):
            raise TooManyAttempts
        row = self._store.by_username(name)
        right = self._verify(row.password_hash if row else self._decoy_hash(), password)
        if row is None or not right or row.disabled:
            self._attempts.failed(name, at)
            raise SignInRefused
        self._attempts.succeeded(name)
        return self._open(row, replaces, at)

    def session(self, token: str, now: datetime | None = None) -> StaffSession | None:
        """The session behind a browser's token, or None if it ran out, ended or never was."""
        found = self._store.find_session(_digest(token), now or datetime.now(UTC))
        if found is None:
            return None
        session, row = found
        return StaffSession(_account(row), session.csrf, session.expires_at)

    def sign_out(self, token: str) -> None:
        self._store.end_session(_digest(token))

    def _open(self, row: Officer, replaces: str | None, at: datetime) -> SignedIn:
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        expires = at + self._session_length
        self._store.open_session(
            OfficerSession(token_hash=_digest(token), officer_id=row.id, csrf=csrf, created_at=at, expires_at=expires),
            _digest(replaces) if replaces else None,
            at,
        )
        return SignedIn(token, StaffSession(_account(row), csrf, expires))

    def _hash(self, password: str) -> str:
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise AccountRefused(
                f"the password has {len(password)} characters: choose one of"
                f" {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}, for example four unrelated words"
            )
        return self._hasher.hash(password)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            with self._checks:
                return self._hasher.verify(password_hash, password[:LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return False

    def _decoy_hash(self) -> str:
        # An unknown name costs as much time as a known one, so that timing names nobody.
        if self._decoy is None:
            self._decoy = self._hasher.hash(secrets.token_urlsafe(16))
        return self._decoy


def _normal(username: str) -> str:
    return username.strip().casefold()[:100]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _unknown(username: str) -> str:
    return f"there is no account {username!r}: `koban users list` shows them"


def _account(row: Officer) -> Account:
    return Account(row.id, row.username, row.display_name, Role(row.role), row.site, row.area, row.disabled)
