"""The report dialogue: one question at a time, only for what is missing, then a summary, then filing.

Everything is a function of the turn; the draft lives in the conversation's state as JSON.
"""

from assistant.folding import fold
from assistant.reporting.answers import is_question, is_short, means, tells
from assistant.reporting.draft import IncidentDraft, ReportDraft, Wanted
from assistant.reporting.extract import ONLINE
from assistant.reporting.filing import add_to_report, file_report, filed_again
from assistant.reporting.listening import begin, listen, set_category
from assistant.reporting.status import report_status
from assistant.reporting.wording import CHANGEABLE, make_reply, question, summary
from assistant.services import Services
from assistant.types import Outcome, Part, Reply, Route, Turn

__all__ = ["repeat_question", "report_status", "resume_report", "take_report"]
SURE_ENOUGH = 0.25
MOST_ASKED = 2
MOST_QUESTIONS = 6
SURE_OF_ROUTE = 0.5


def take_report(turn: Turn, services: Services) -> Turn:
    """A new report begins with this message."""
    if means("bare", turn.text, turn.language):
        draft = ReportDraft(incidents=[IncidentDraft()])
        return _ask(turn, services, draft, "description")
    return _go_on(turn, services, begin(turn, services))


def resume_report(turn: Turn, services: Services) -> Turn:
    """While a report is pending: take the message as its answer, or leave the turn to its route.

    For a question in between the turn's facts get `resume_report`; see `repeat_question`.
    """
    if turn.state.report is None or turn.route in (Route.EMERGENCY, Route.CRISIS):
        return turn
    draft = ReportDraft.model_validate(turn.state.report)
    if draft.filed:
        return _after_filing(turn, services, draft)
    if _is_cancelled(turn, services):
        return _withdraw(turn, services, draft)
    if _belongs_elsewhere(turn, services, draft):
        return turn.with_(facts={**turn.facts, "resume_report": turn.route is not Route.HUMAN})
    turn = turn.with_(route=Route.REPORT)
    if draft.pending == "confirmation":
        return _confirm(turn, services, draft)
    return _answer(turn, services, draft)


def repeat_question(turn: Turn, services: Services) -> Turn:
    """Behind the answer to a question in between: the pending question of the report once more."""
    if not turn.facts.get("resume_report") or turn.reply is None or turn.state.report is None:
        return turn
    again = _pending_reply(turn, services, ReportDraft.model_validate(turn.state.report))
    bridge = Part(kind="notice", text=services.say(turn.language, "report_resume"))
    reply = turn.reply.model_copy(
        update={
            "parts": (*turn.reply.parts, bridge, *again.parts),
            "text": "\n".join([turn.reply.text, bridge.text, again.text]),
            "choices": (*turn.reply.choices, *again.choices),
            "incident": again.incident,
            "incidents": again.incidents,
            "asks_for": (*turn.reply.asks_for, *again.asks_for),
        }
    )
    return turn.with_(reply=reply)


def _pending_reply(turn: Turn, services: Services, draft: ReportDraft) -> Reply:
    if draft.pending is None or draft.pending == "confirmation":
        return summary(turn, services, draft)
    return question(turn, services, draft, draft.pending)


def _belongs_elsewhere(turn: Turn, services: Services, draft: ReportDraft) -> bool:
    """A wish for a person, the status of another report, or a question in between."""
    if turn.route in (Route.HUMAN, Route.STATUS) and turn.route_confidence >= SURE_OF_ROUTE:
        return not _is_answer(turn, services)
    if turn.route is Route.REPORT or _is_answer(turn, services) or draft.pending == "description":
        return False
    return is_question(turn.text, turn.language)


def _is_answer(turn: Turn, services: Services) -> bool:
    """A plain yes, no or "I don't know", or a button of this dialogue."""
    buttons = ("report_choice_yes", "report_choice_no", "report_choice_skip")
    if any(_pressed(turn, services, key) for key in buttons):
        return True
    short = is_short(turn.text) and not turn.text.rstrip().endswith("?")
    return short and any(means(name, turn.text, turn.language) for name in ("agree", "refuse", "skip"))


def _is_cancelled(turn: Turn, services: Services) -> bool:
    if _pressed(turn, services, "report_choice_cancel"):
        return True
    return is_short(turn.text) and means("cancel", turn.text, turn.language)


def _after_filing(turn: Turn, services: Services, draft: ReportDraft) -> Turn:
    """A second yes files nothing; "please add …" goes to the filed report; anything else is a new matter."""
    agreed = is_short(turn.text) and means("agree", turn.text, turn.language)
    if agreed or _pressed(turn, services, "report_choice_yes"):
        return filed_again(turn.with_(route=Route.REPORT), services, draft)
    if means("addition", turn.text, turn.language):
        return add_to_report(turn.with_(route=Route.REPORT), services, draft)
    return turn


def _withdraw(turn: Turn, services: Services, draft: ReportDraft) -> Turn:
    turn = turn.with_(route=Route.REPORT)
    part = Part(kind="sentence", text=services.say(turn.language, "report_withdrawn"))
    reply = make_reply(turn, Outcome.REPORT_WITHDRAWN, [part], draft)
    return turn.with_(reply=reply, state=turn.state.model_copy(update={"report": None}))


def _confirm(turn: Turn, services: Services, draft: ReportDraft) -> Turn:
    agreed = means("agree", turn.text, turn.language) and is_short(turn.text)
    if _pressed(turn, services, "report_choice_yes") or (agreed and not tells("but", turn.text, turn.language)):
        return file_report(turn, services, draft)
    if wanted := _field_named(turn):
        return _ask_anew(turn, services, draft, wanted)
    refused = means("refuse", turn.text, turn.language) and len(turn.text.split()) < 3
    if refused or _pressed(turn, services, "report_choice_no"):
        words = turn.text.split(maxsplit=1)
        if len(words) < 2 or _pressed(turn, services, "report_choice_no"):
            return _ask_change(turn, services, draft)
    return _answer(turn, services, draft)


def _ask_change(turn: Turn, services: Services, draft: ReportDraft) -> Turn:
    part = Part(kind="question", text=services.say(turn.language, "report_ask_change"))
    return _keep(turn.with_(reply=make_reply(turn, Outcome.REPORT_ASKS, [part], draft, CHANGEABLE)), draft)


def _field_named(turn: Turn) -> Wanted | None:
    """ "The place is wrong": a field of the summary by its name or number, with nothing to put there."""
    words = fold(turn.text).split()
    order: tuple[Wanted, ...] = ("category", "location", "time", "description")
    if len(words) <= 2 and words and words[-1].strip(".").isdigit():
        number = int(words[-1].strip("."))
        return order[number - 1] if 1 <= number <= len(order) else None
    if len(words) > 4 or not tells("wrong", turn.text, turn.language):
        return None
    return next((name for name in order if tells(f"field_{name}", turn.text, turn.language)), None)


def _ask_anew(turn: Turn, services: Services, draft: ReportDraft, wanted: Wanted) -> Turn:
    draft.asked.pop(wanted, None)
    draft.skipped = [name for name in draft.skipped if name != wanted]
    if wanted == "time":
        draft.incidents[0].occurred = draft.incidents[0].recurrence = None
    if wanted == "location":
        draft.incidents[0].location = None
    return _ask(turn, services, draft, wanted)


def _answer(turn: Turn, services: Services, draft: ReportDraft) -> Turn:
    """Take what the message says into the draft; what was asked counts first."""
    wanted = draft.pending
    if wanted == "category" and (code := _named_category(turn, services)):
        set_category(turn, draft.incidents[0], code, 1.0)
        return _go_on(turn, services, draft)
    heard = listen(turn, services, draft)
    unknown = means("skip", turn.text, turn.language) or _pressed(turn, services, "report_choice_skip")
    if wanted and wanted in _missing(draft) and unknown:
        draft.skipped.append(wanted)
    elif heard and wanted in draft.asked and sum(draft.asked.values()) < MOST_QUESTIONS:
        draft.asked[wanted] -= 1  # something else was said: the question stays open, nothing was misunderstood
    return _go_on(turn, services, draft)


def _named_category(turn: Turn, services: Services) -> str | None:
    """The category whose button was pressed or whose name was written."""
    names = {fold(services.say(turn.language, f"category_{code}")): code for code in services.categories.codes}
    return names.get(fold(turn.text))


def _go_on(turn: Turn, services: Services, draft: ReportDraft) -> Turn:
    """Ask for the next missing thing, or show the summary."""
    for wanted in _missing(draft):
        if wanted not in draft.skipped and draft.asked.get(wanted, 0) < MOST_ASKED:
            return _ask(turn, services, draft, wanted)
    draft.pending = "confirmation"
    return _keep(turn.with_(reply=summary(turn, services, draft)), draft)


def _ask(turn: Turn, services: Services, draft: ReportDraft, wanted: Wanted) -> Turn:
    draft.pending = wanted
    draft.asked[wanted] = draft.asked.get(wanted, 0) + 1
    return _keep(turn.with_(reply=question(turn, services, draft, wanted)), draft)


def _missing(draft: ReportDraft) -> list[Wanted]:
    """What is not known yet, in the order of asking."""
    first = draft.incidents[0]
    gaps: dict[Wanted, bool] = {
        "description": not draft.words,
        "category": first.category is None or first.confidence < SURE_ENOUGH,
        "location": (first.location is None or first.location.vague) and first.category not in ONLINE,
        "time": first.occurred is None and first.recurrence is None,
    }
    return [wanted for wanted, is_open in gaps.items() if is_open]


def _keep(turn: Turn, draft: ReportDraft) -> Turn:
    return turn.with_(state=turn.state.model_copy(update={"report": draft.model_dump(mode="json")}))


def _pressed(turn: Turn, services: Services, key: str) -> bool:
    return fold(turn.text) == fold(services.say(turn.language, key))
