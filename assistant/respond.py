"""One message in, one reply out. Read STEPS first: this is the product.

Each step is `step(turn, services) -> turn`; the first that sets `turn.reply` ends the list. `check_reply` sees
every reply.
"""

import structlog

from assistant.answering.answer import answer_enquiry, find_passages
from assistant.canned import decline, small_talk
from assistant.check_reply import ReplyBroken, check_reply
from assistant.danger import check_emergency, warn
from assistant.handoff import offer, request_officer, take_contact
from assistant.language import detect_language as identify
from assistant.privacy import find_personal_data, mask
from assistant.reporting.dialogue import repeat_question, report_status, resume_report, take_report
from assistant.services import Services
from assistant.types import Conversation, HandoffReason, Message, Outcome, Part, Reply, Route, Turn

log = structlog.get_logger()


def detect_language(turn: Turn, services: Services) -> Turn:
    """The language of the message, within the conversation."""
    return identify(turn, services.identification)


def mask_personal_data(turn: Turn, services: Services) -> Turn:
    """From here on the masked text is what gets logged, indexed or sent to a model."""
    site = services.site
    found = find_personal_data(turn.text, turn.language, site.country, site.public_numbers())
    return turn.with_(masked=mask(turn.text, found))


def choose_route(turn: Turn, services: Services) -> Turn:
    """What kind of message it is; a yes to an offered officer is a request for one."""
    routed = services.router.route(turn.text, turn.facts["danger"])
    return turn.with_(
        route=routed.route, route_confidence=routed.confidence, facts={**turn.facts, "enquiry": routed.enquiry}
    )


def prefer_answer(turn: Turn, services: Services) -> Turn:
    """Where the route is doubtful and the documents answer the message well, it is taken for an enquiry."""
    doubtful = turn.route_confidence < SURE_OF_ROUTE and turn.facts["enquiry"] >= MAYBE_ENQUIRY
    if turn.route in (Route.ENQUIRY, *DANGER) or not doubtful:
        return turn
    found = find_passages(turn, services)
    if found.confidence < services.site.answer_threshold:
        return turn
    return turn.with_(route=Route.ENQUIRY, facts={**turn.facts, "retrieved": found})


def follow_route(turn: Turn, services: Services) -> Turn:
    """The step that the route calls for; a report that it interrupted goes on behind it."""
    step = {
        Route.EMERGENCY: warn,
        Route.CRISIS: warn,
        Route.ENQUIRY: answer_enquiry,
        Route.REPORT: take_report,
        Route.HUMAN: request_officer,
        Route.STATUS: report_status,
        Route.SMALLTALK: small_talk,
        Route.OUT_OF_SCOPE: decline,
        Route.ABUSE: decline,
    }[turn.route or Route.ENQUIRY]
    answered = step(turn, services)
    return answered if turn.route in DANGER else repeat_question(answered, services)


STEPS = (
    check_emergency,
    detect_language,
    mask_personal_data,
    take_contact,
    choose_route,
    resume_report,
    prefer_answer,
    follow_route,
)
DANGER = (Route.EMERGENCY, Route.CRISIS)
SURE_OF_ROUTE = 0.8
MAYBE_ENQUIRY = 0.1


def respond(message: Message, conversation: Conversation, services: Services) -> Turn:
    """The finished turn: its reply, the conversation's new state, and the facts to store with it.

    Never raises: an unexpected error becomes `error_internal` with an officer offered, logged without the words.
    """
    turn = Turn(
        message=message,
        conversation=conversation,
        language=conversation.language,
        text=message.text,
        masked=message.text,
        state=conversation.state,
    )
    try:
        for step in STEPS:
            turn = step(turn, services)
            if turn.reply is not None:
                break
        checked = check_reply(turn, services)
        # In danger the reply was made before anything else; the text is masked for everyday view only now.
        return mask_personal_data(checked, services) if checked.route in DANGER else checked
    except ReplyBroken as error:
        log.error("reply_broken", conversation=conversation.id, reason=str(error))
    except Exception:  # nothing may keep a resident from being told and offered a person
        log.exception("turn_failed", conversation=conversation.id, step=_place(turn))
    return _failed(turn, services)


def _place(turn: Turn) -> str:
    return turn.route or "before routing"


def _failed(turn: Turn, services: Services) -> Turn:
    text = services.say(turn.language, "error_internal", number=services.site.emergency_number)
    reply = Reply(
        outcome=Outcome.ERROR_INTERNAL,
        text=text,
        language=turn.language,
        route=turn.route or Route.ENQUIRY,
        confidence=0.0,
        parts=(Part(kind="notice", text=text),),
    )
    return turn.with_(reply=offer(reply, services, HandoffReason.ERROR), state=turn.conversation.state)
