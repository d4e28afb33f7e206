"""The report dialogue: one question at a time, only for what is missing, then a summary, then filing."""

from assistant.folding import fold
from assistant.privacy import find_personal_data
from assistant.reporting.answers import is_question, means
from assistant.reporting.draft import IncidentDraft, Location, ReportDraft, Wanted
from assistant.reporting.extract import extract
from assistant.reporting.filing import file_report, filed_again
from assistant.reporting.status import report_status
from assistant.reporting.wording import CHANGEABLE, ONLINE, make_reply, question, summary
from assistant.services import Services
from assistant.types import Outcome, Part, Reply, Route, Turn

__all__ = ["repeat_question", "report_status", "resume_report", "take_report"]
SURE_ENOUGH = 0.2
MOST_ASKED = 2


def take_report(turn: Turn, services: Services) -> Turn:
    """A new report begins with this message."""
    draft = ReportDraft()
    if means("bare", turn.text, turn.language):
        draft.incidents = [IncidentDraft()]
        return _ask(turn, services, draft, "description")
    _listen(turn, services, draft)
    return _go_on(turn, services, draft)


def resume_report(turn: Turn, services: Services) -> Turn:
    """While a report is pending, decide whether the message belongs to it; if not, leave the turn as it is."""
    if turn.state.report is None:
        return turn
    draft = ReportDraft.model_validate(turn.state.report)
    if draft.filed:
        return _after_filing(turn, services, draft)
    if means("cancel", turn.text, turn.language) or _pressed(turn, services, "report_choice_cancel"):
        return _withdraw(turn, services, draft)
    if turn.route in (Route.HUMAN, Route.STATUS, Route.ABUSE) and turn.route_confidence > 0.5:
        return turn
    if draft.pending == "confirmation":
        return _confirm(turn, services, draft)
    if is_question(turn.text, turn.language) and turn.route is Route.ENQUIRY:
        return turn.with_(facts={**turn.facts, "resume_report": True})
    return _answer(turn.with_(route=Route.REPORT), services, draft)


def repeat_question(turn: Turn, services: Services) -> Turn:
    """Behind the answer to a question in between: the pending question of the report once more."""
    if not turn.facts.get("resume_report") or turn.reply is None or turn.state.report is None:
        return turn
    draft = ReportDraft.model_validate(turn.state.report)
    again = _pending_reply(turn, services, draft)
    bridge = Part(kind="notice", text=services.say(turn.language, "report_resume"))
    parts = (*turn.reply.parts, bridge, *again.parts)
    text = "\n".join([turn.reply.text, bridge.text, again.text])
    changes = {"parts": parts, "text": text, "choices": (*turn.reply.choices, *again.choices)}
    shown = {"incident": again.incident, "incidents": again.incidents, "asks_for": again.asks_for}
    return turn.with_(reply=turn.reply.model_copy(update={**changes, **shown}))


def _pending_reply(turn: Turn, services: Services, draft: ReportDraft) -> Reply:
    if draft.pending is None or draft.pending == "confirmation":
        return summary(turn, services, draft)
    return question(turn, services, draft, draft.pending)


def _after_filing(turn: Turn, services: Services, draft: ReportDraft) -> Turn:
    if means("agree", turn.text, turn.language) or _pressed(turn, services, "report_choice_yes"):
        return filed_again(turn.with_(route=Route.REPORT), services, draft)
    return turn


def _withdraw(turn: Turn, services: Services, draft: ReportDraft) -> Turn:
    part = Part(kind="sentence", text=services.say(turn.language, "report_withdrawn"))
    reply = make_reply(turn.with_(route=Route.REPORT), Outcome.REPORT_WITHDRAWN, [part], draft)
    return turn.with_(route=Route.REPORT, reply=reply, state=turn.state.model_copy(update={"report": None}))


def _confirm(turn: Turn, services: Services, draft: ReportDraft) -> Turn:
    turn = turn.with_(route=Route.REPORT)
    if means("agree", turn.text, turn.language) or _pressed(turn, services, "report_choice_yes"):
        return file_report(turn, services, draft)
    bare_no = means("refuse", turn.text, turn.language) and len(turn.text.split()) < 4
    if bare_no or _pressed(turn, services, "report_choice_no"):
        part = Part(kind="question", text=services.say(turn.language, "report_ask_change"))
        reply = make_reply(turn, Outcome.REPORT_ASKS, [part], draft, CHANGEABLE)
        return _keep(turn.with_(reply=reply), draft)
    return _answer(turn, services, draft)


def _answer(turn: Turn, services: Services, draft: ReportDraft) -> Turn:
    """Take what the message says into the draft; what was asked counts first."""
    wanted = draft.pending
    if wanted in ("location", "time", "description", "category") and means("skip", turn.text, turn.language):
        draft.skipped.append(wanted)
        return _go_on(turn, services, draft)
    if wanted == "category" and (code := _named_category(turn, services)):
        draft.incidents[0].category, draft.incidents[0].confidence = code, 1.0
        return _go_on(turn, services, draft)
    before = len(draft.incidents[0].description)
    _listen(turn, services, draft)
    if wanted == "location" and draft.incidents[0].location is None:
        draft.incidents[0].location = Location(text=turn.text.strip()[:200])
    if (
        wanted == "description"
        and len(draft.incidents[0].description) > before
        and "category" not in draft.skipped
    ):
        draft.asked.pop("category", None)
    return _go_on(turn, services, draft)


def _named_category(turn: Turn, services: Services) -> str | None:
    names = {fold(services.say(turn.language, f"category_{code}")): code for code in _codes(services)}
    return names.get(fold(turn.text))


def _codes(services: Services) -> tuple[str, ...]:
    return tuple(code for code, _ in services.categories.classify("").ranked)


def _listen(turn: Turn, services: Services, draft: ReportDraft) -> None:
    """Read the message and let what it says replace what was known."""
    offset = sum(len(words) + 1 for words in draft.words)
    draft.words.append(turn.text)
    found = extract(turn.text, turn.language, turn.message.at, services.site, services.categories)
    for item in found:
        item.evidence = {name: (start + offset, end + offset) for name, (start, end) in item.evidence.items()}
    if not draft.incidents or draft.incidents[0].category is None:
        draft.incidents = found
    else:
        _merge(draft.incidents[0], found[0])
    kinds = ("phone", "email")
    data = find_personal_data(turn.text, turn.language, services.site.country)
    draft.contact = next((item.text for item in data if item.kind in kinds), draft.contact)


def _merge(known: IncidentDraft, new: IncidentDraft) -> None:
    for name in ("location", "occurred", "recurrence"):
        if getattr(new, name) is not None:
            setattr(known, name, getattr(new, name))
            known.evidence.update({key: span for key, span in new.evidence.items() if key == name})
    known.anonymous_wish = known.anonymous_wish or new.anonymous_wish


def _go_on(turn: Turn, services: Services, draft: ReportDraft) -> Turn:
    """Ask for the next missing thing, or show the summary."""
    wanted = _missing(draft)
    if wanted is None:
        draft.pending = "confirmation"
        return _keep(turn.with_(reply=summary(turn, services, draft)), draft)
    return _ask(turn, services, draft, wanted)


def _ask(turn: Turn, services: Services, draft: ReportDraft, wanted: Wanted) -> Turn:
    draft.pending = wanted
    draft.asked[wanted] = draft.asked.get(wanted, 0) + 1
    return _keep(turn.with_(reply=question(turn, services, draft, wanted)), draft)


def _missing(draft: ReportDraft) -> Wanted | None:
    first = draft.incidents[0]
    gaps: dict[Wanted, bool] = {
        "description": not draft.words,
        "category": first.category is None or first.confidence < SURE_ENOUGH,
        "location": first.location is None and first.category not in ONLINE,
        "time": first.occurred is None and first.recurrence is None,
    }
    for wanted, open_ in gaps.items():
        if open_ and wanted not in draft.skipped and draft.asked.get(wanted, 0) < MOST_ASKED:
            return wanted
    return None


def _keep(turn: Turn, draft: ReportDraft) -> Turn:
    return turn.with_(state=turn.state.model_copy(update={"report": draft.model_dump(mode="json")}))


def _pressed(turn: Turn, services: Services, key: str) -> bool:
    return fold(turn.text) == fold(services.say(turn.language, key))
