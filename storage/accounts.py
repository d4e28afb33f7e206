"""Accounts of staff and their sessions: the queries."""

from datetime import datetime

from sqlalchemy import delete, func, select

from storage.database import Database
from storage.tables import Officer, OfficerSession


class AccountStore:
    """Reads and writes `officer` and `officer_session`; each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, account: Officer) -> None:
        with self._database.write() as session:
            session.add(account)

    def by_username(self, username: str) -> Officer | None:
        with self._database.read() as session:
            return session.scalar(select(Officer).where(Officer.username == username))

    def all(self, site: str | None = None) -> list[Officer]:
        """Every account, of one site if named, by username."""
        query = select(Officer).order_by(Officer.username)
        if site is not None:
            query = query.where(Officer.site == site)
        with self._database.read() as session:
            return list(session.scalars(query))

    def count(self) -> int:
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(Officer)) or 0

    def set_password(self, username: str, password_hash: str) -> bool:
        """Store the new hash and end every session of the account; False if there is no such account."""
        with self._database.write() as session:
            account = session.scalar(select(Officer).where(Officer.username == username))
            if account is None:
                return False
            account.password_hash = password_hash
            session.execute(delete(OfficerSession).where(OfficerSession.officer_id == account.id))
            return True

    def set_disabled(self, username: str, disabled: bool) -> bool:
        """Switch the account off or on; off ends its sessions. False if there is no such account."""
        with self._database.write() as session:
            account = session.scalar(select(Officer).where(Officer.username == username))
            if account is None:
                return False
            account.disabled = disabled
            if disabled:
                session.execute(delete(OfficerSession).where(OfficerSession.officer_id == account.id))
            return True

    def open_session(self, new: OfficerSession, replaces: str | None, now: datetime) -> None:
        """Store a session; the replaced one (by token hash) and all that have run out go in the same step."""
        with self._database.write() as session:
            session.execute(
                delete(OfficerSession).where(
                    (OfficerSession.expires_at <= now) | (OfficerSession.token_hash == (replaces or ""))
                )
            )
            session.add(new)

    def find_session(self, token_hash: str, now: datetime) -> tuple[OfficerSession, Officer] | None:
        """The unexpired session of an account that is not disabled."""
        query = (
            select(OfficerSession, Officer)
            .join(Officer, Officer.id == OfficerSession.officer_id)
            .where(
                OfficerSession.token_hash == token_hash,
                OfficerSession.expires_at > now,
                Officer.disabled.is_(False),
            )
        )
        with self._database.read() as session:
            row = session.execute(query).one_or_none()
            return (row[0], row[1]) if row else None

    def end_session(self, token_hash: str) -> None:
        with self._database.write() as session:
            session.execute(delete(OfficerSession).where(OfficerSession.token_hash == token_hash))
