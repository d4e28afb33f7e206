"""Incidents and their history: the queries."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database import Database
from storage.tables import Incident, IncidentHistory

Check = Callable[[str, str, str | None], None]


class IncidentUnknown(Exception):
    """No such incident, or not this secret's: the two are never told apart."""


def add_incident(session: Session, incident: Incident) -> None:
    """Add it with its first history entry, inside the caller's transaction."""
    session.add(incident)
    session.flush()
    session.add(
        IncidentHistory(
            incident_id=incident.id,
            actor="resident",
            change={"state": [None, incident.state]},
            reason=None,
            created_at=incident.created_at,
        )
    )


def extend_incident(
    session: Session, *, conversation_id: str, reference: str, words: str, description: str, created_at: datetime
) -> None:
    """Put more words of the reporter to an incident of the same conversation, inside the caller's transaction."""
    found = _find(session, reference)
    if found is None or found.conversation_id != conversation_id:
        raise IncidentUnknown(f"no incident {reference} was filed in this conversation: check the reference")
    found.original_words = f"{found.original_words}\n{words}"
    found.description = f"{found.description}\n{description}"
    found.updated_at = created_at
    change = {"description": [None, description]}
    session.add(
        IncidentHistory(incident_id=found.id, actor="resident", change=change, reason=None, created_at=created_at)
    )


class IncidentStore:
    """What officers and reporters look up. Each method is one transaction, save `add`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, session: Session, incident: Incident) -> None:
        add_incident(session, incident)

    def by_reference(self, reference: str, secret: str) -> Incident:
        """The incident, for its reporter. Raises IncidentUnknown, also for a wrong secret."""
        with self._database.read() as session:
            found = _find(session, reference)
        given = hashlib.sha256(secret.encode()).hexdigest()
        if found is None or not secrets.compare_digest(found.secret_hash, given):
            raise IncidentUnknown("no incident with that reference and secret: check both")
        return found

    def of_conversation(self, conversation_id: str) -> list[Incident]:
        """The incidents filed in that conversation, the latest first."""
        query = (
            select(Incident)
            .where(Incident.conversation_id == conversation_id)
            .order_by(Incident.created_at.desc(), Incident.reference)
        )
        with self._database.read() as session:
            return list(session.scalars(query))

    def find(
        self,
        site: str,
        *,
        states: tuple[str, ...] = (),
        category: str | None = None,
        area: str | None = None,
        urgency: str | None = None,
        limit: int = 200,
    ) -> list[Incident]:
        """The site's incidents, the latest first; every given filter narrows."""
        query = select(Incident).where(Incident.site == site)
        if states:
            query = query.where(Incident.state.in_(states))
        for column, value in (
            (Incident.category, category),
            (Incident.area, area),
            (Incident.urgency, urgency),
        ):
            if value is not None:
                query = query.where(column == value)
        with self._database.read() as session:
            return [*session.scalars(query.order_by(Incident.created_at.desc(), Incident.id).limit(limit))]

    def change_state(
        self, reference: str, after: str, *, actor: str, text: str | None, now: datetime, check: Check
    ) -> Incident:
        """Move an incident on and write its history.

        `check(before, after, text)` is incidents.states.check_transition; it raises what may not be.
        """
        with self._database.write() as session:
            found = _find(session, reference)
            if found is None:
                raise IncidentUnknown(f"no incident {reference}: check the reference")
            check(found.state, after, text)
            session.add(
                IncidentHistory(
                    incident_id=found.id,
                    actor=actor,
                    change={"state": [found.state, after]},
                    reason=text,
                    created_at=now,
                )
            )
            found.state = after
            found.updated_at = now
        return found

    def history(self, incident_id: str) -> list[IncidentHistory]:
        """Every change of one incident, the oldest first."""
        query = select(IncidentHistory).where(IncidentHistory.incident_id == incident_id).order_by(IncidentHistory.id)
        with self._database.read() as session:
            return [*session.scalars(query)]


def _find(session: Session, reference: str) -> Incident | None:
    return session.scalar(select(Incident).where(Incident.reference == reference))
