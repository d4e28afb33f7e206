"""The states of an incident and the changes between them: the one table.

received → triaged → verifying → confirmed | unconfirmed | referred_out | duplicate | invalid;
confirmed → action_planned → in_action → resolved → closed; needs_info and reopened where sensible.
"""

STATES = (
    "received",
    "triaged",
    "verifying",
    "needs_info",
    "confirmed",
    "unconfirmed",
    "referred_out",
    "duplicate",
    "invalid",
    "action_planned",
    "in_action",
    "resolved",
    "closed",
    "reopened",
)
_ENDS = ("referred_out", "duplicate", "invalid")
TRANSITIONS: dict[str, tuple[str, ...]] = {
    "received": ("triaged", *_ENDS),
    "triaged": ("verifying", "needs_info", *_ENDS),
    "verifying": ("confirmed", "unconfirmed", "needs_info", *_ENDS),
    "needs_info": ("triaged", "verifying", "unconfirmed", *_ENDS),
    "confirmed": ("action_planned", "in_action", "resolved", "needs_info"),
    "unconfirmed": ("verifying", "closed"),
    "referred_out": ("closed", "reopened"),
    "duplicate": ("closed", "reopened"),
    "invalid": ("closed", "reopened"),
    "action_planned": ("in_action", "resolved"),
    "in_action": ("action_planned", "resolved"),
    "resolved": ("closed", "reopened"),
    "closed": ("reopened",),
    "reopened": ("triaged", "verifying"),
}
NEEDS_TEXT = frozenset({"closed", "needs_info"})


class TransitionForbidden(Exception):
    """The table has no such change, or the text that the reporter will read is missing."""


def check_transition(before: str, after: str, text: str | None) -> None:
    """Raises TransitionForbidden unless the change is in the table and has the text it needs."""
    allowed = TRANSITIONS.get(before, ())
    if after not in allowed:
        choices = ", ".join(allowed) or "nothing"
        raise TransitionForbidden(f"an incident that is {before} cannot become {after}: choose from {choices}")
    if after in NEEDS_TEXT and not (text or "").strip():
        raise TransitionForbidden(f"write a text for the reporter: without one an incident cannot become {after}")
