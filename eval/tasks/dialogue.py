"""`dialogue`: whole conversations, turn by turn, through residents' own Chat, over a throw-away database."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from assistant.chat import Chat, MessageRefused
from assistant.services import Services
from assistant.types import IncidentView, Reply
from assistant.wakeups import Wakeups
from eval.context import Clock, Context, site_at
from eval.metrics import mean
from eval.records import DataRefused, Prediction, Record
from eval.scores import UNKNOWN, Pairs, Scores, Wrong, figures_by_language, paired, parity_of
from eval.tasks.answer import CITATION_FIELDS
from sites import Site, load_site
from storage.conversations import ConversationStore
from storage.database import Database
from storage.incidents import IncidentStore

CHECKED = ("outcome", "language", "route", "handoff", "handoff_reason", "asks_for", "submitted", "category")


class _Turn(BaseModel):
    """What the resident says, and for scoring what the reply should be: any of the fields of CHECKED."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    say: str
    expect: dict[str, Any] = {}


class Dialogue(Record):
    """{id, lang?, site?, now?, turns: [{say, expect?}]}"""

    turns: tuple[_Turn, ...]
    site: str | None = None
    now: AwareDatetime | None = None


class Played(Prediction):
    replies: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Stage:
    """What every conversation of one run is played on."""

    services: Services
    store: ConversationStore
    clock: Clock


def generate(records: Sequence[Dialogue], context: Context) -> Iterator[dict[str, Any]]:
    with _stage(context) as stage:
        for record in records:
            yield {"id": record.id, "replies": _play(record, stage, _site_of(record, context))}


@contextmanager
def _stage(context: Context) -> Iterator[_Stage]:
    with tempfile.TemporaryDirectory(prefix="koban-dialogue-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'dialogue.sqlite'}")
        try:
            database.create_for_tests()
            clock = Clock()
            services = replace(context.services, incidents=IncidentStore(database), clock=clock)
            yield _Stage(services, ConversationStore(database), clock)
        finally:
            database.close()


def _site_of(record: Dialogue, context: Context) -> Site:
    if record.site is None or record.site == context.site.id:
        return context.site
    return load_site(context.settings.sites_dir, record.site)


def _play(record: Dialogue, stage: _Stage, site: Site) -> list[dict[str, Any]]:
    stage.clock.fixed = record.now
    local = site_at(site, record.now) if record.now else site
    chat = Chat(replace(stage.services, site=local), stage.store, Wakeups())
    started = chat.start(record.lang)
    replies = []
    for number, turn in enumerate(record.turns):
        try:
            said = chat.say(started.id, started.token, turn.say, f"turn-{number}")
        except MessageRefused as error:
            replies.append({**_SILENT, "text": str(error), "language": started.language})
            continue
        replies.append(_reply_json(said.reply) if said.reply else {**_SILENT, "language": started.language})
    return replies


_SILENT: dict[str, Any] = {
    "outcome": None,
    "text": "",
    "route": None,
    "confidence": 0.0,
    "citations": [],
    "handoff": "none",
    "handoff_reason": None,
    "incident": None,
    "asks_for": [],
}


def _reply_json(reply: Reply) -> dict[str, Any]:
    incidents = reply.incidents or ((reply.incident,) if reply.incident else ())
    views = [_incident_json(view) for view in incidents]
    return {
        "outcome": reply.outcome.value,
        "text": reply.text,
        "language": reply.language,
        "route": reply.route.value,
        "confidence": round(reply.confidence, 4),
        "citations": [citation.model_dump(include=CITATION_FIELDS) for citation in reply.citations],
        "handoff": reply.handoff,
        "handoff_reason": reply.handoff_reason and reply.handoff_reason.value,
        "incident": views[0] if len(views) == 1 else views or None,
        "asks_for": list(reply.asks_for),
    }


def _incident_json(view: IncidentView) -> dict[str, Any]:
    return view.model_dump(mode="json", exclude={"secret", "state"})


def _view(reply: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of CHECKED as one reply has them."""
    incident = reply.get("incident")
    first = incident[0] if isinstance(incident, list) and incident else incident or {}
    return {**reply, "submitted": bool(first.get("submitted")), "category": first.get("category")}


def faults(dialogue: Dialogue, played: Played) -> list[str]:
    """Each expectation that a reply did not meet."""
    wrong = []
    for number, (turn, reply) in enumerate(zip(dialogue.turns, played.replies, strict=False), 1):
        given = _view(reply)
        for field, expected in turn.expect.items():
            if field not in CHECKED:
                raise DataRefused(f"{dialogue.key}, turn {number}: expect knows {', '.join(CHECKED)}, not {field!r}")
            if given.get(field) != expected:
                wrong.append(f"turn {number}: {field} is {given.get(field)!r}, expected {expected!r}")
    if len(played.replies) != len(dialogue.turns):
        wrong.append(f"{len(dialogue.turns)} turns but {len(played.replies)} replies")
    return wrong


def _measure(pairs: Pairs[Dialogue, Played]) -> dict[str, float]:
    turns = [(turn, reply) for d, p in pairs for turn, reply in zip(d.turns, p.replies, strict=False)]
    outcomes = Counter(str(reply.get("outcome")) for _, reply in turns)
    count = max(1, len(turns))
    expected = [
        float(_view(reply).get(field) == value) for turn, reply in turns for field, value in turn.expect.items()
    ]
    with_expectations = [float(not faults(d, p)) for d, p in pairs if any(turn.expect for turn in d.turns)]
    return {
        "expectations_met": mean(expected),
        "dialogues_right": mean(with_expectations),
        "error_rate": sum(number for name, number in outcomes.items() if name.startswith("error_")) / count,
        "report_filed": mean([float(any(_view(r)["submitted"] for r in p.replies)) for _, p in pairs]),
        "handed_over": mean([float(any(r.get("handoff") == "queued" for r in p.replies)) for _, p in pairs]),
        "turns": mean([float(len(d.turns)) for d, _ in pairs]),
    }


def score(data: Sequence[Dialogue], predictions: Mapping[str, Played]) -> Scores:
    pairs = paired(data, predictions)
    figures, cases = figures_by_language(pairs, _measure)
    return Scores(
        task="dialogue",
        main="expectations_met",
        cases=cases,
        figures=figures,
        parity=parity_of(figures, "expectations_met"),
        wrong=[_wrong(dialogue, played, why) for dialogue, played in pairs if (why := faults(dialogue, played))],
    )


def _wrong(dialogue: Dialogue, played: Played, reasons: list[str]) -> Wrong:
    return Wrong(
        id=dialogue.key,
        lang=dialogue.lang or UNKNOWN,
        text=" / ".join(turn.say for turn in dialogue.turns),
        expected=[turn.expect for turn in dialogue.turns],
        predicted=[{"outcome": reply.get("outcome"), "text": reply.get("text")} for reply in played.replies],
        why="; ".join(reasons),
    )
