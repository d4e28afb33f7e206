"""From a confirmed report to a stored incident: its reference, its secret and its row."""

import hashlib
import secrets
from typing import Any
from uuid import uuid4

from incidents.model import Addition, Incident
from incidents.references import new_reference
from storage.incidents import add_incident, extend_incident
from storage.tables import Incident as IncidentRow


def new_secret() -> str:
    """What opens an incident to its reporter; only its hash is kept in the incident."""
    return secrets.token_urlsafe(12)


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def make_incident(prefix: str, secret: str, **fields: Any) -> Incident:
    """An incident with a fresh id and reference; `fields` are the others of Incident."""
    return Incident(id=uuid4().hex, reference=new_reference(prefix), secret_hash=hash_secret(secret), **fields)


def store_incident(session: Any, incident: Incident | Addition) -> None:
    """Add the incident with its first history entry, or more words to it, within the caller's transaction."""
    if isinstance(incident, Addition):
        extend_incident(session, **incident.model_dump())
        return
    row = IncidentRow(
        **incident.model_dump(exclude={"classification", "evidence"}),
        state="received",
        classification=incident.classification.model_dump(mode="json"),
        evidence={field: list(span) for field, span in incident.evidence.items()},
        updated_at=incident.created_at,
    )
    add_incident(session, row)
