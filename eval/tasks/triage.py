"""`triage`: a report read as an incident: category, urgency, place, time, rhythm, wishes and personal data."""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from assistant.privacy import find_personal_data, mask
from assistant.reporting.draft import IncidentDraft
from assistant.reporting.extract import extract
from eval.context import Context, site_at
from eval.metrics import macro_f1, mean
from eval.records import Prediction, Record
from eval.scores import UNKNOWN, Pairs, Scores, Wrong, figures_by_language, paired, parity_of
from eval.tasks.labels import milliseconds

NONE = "none"


class _Interval(BaseModel):
    model_config = ConfigDict(extra="ignore")
    start: datetime
    end: datetime


class _Found(BaseModel):
    model_config = ConfigDict(extra="ignore")
    kind: str
    text: str


class Report(Record):
    """{id, text, lang?, now, category, urgency, location_text, occurred, recurrence, pii}"""

    text: str
    now: AwareDatetime
    category: str | None = None
    urgency: str | None = None
    location_text: str | None = None
    occurred: _Interval | None = None
    recurrence: str | None = None
    pii: tuple[_Found, ...] | None = None


class _Incident(BaseModel):
    model_config = ConfigDict(extra="allow")
    category: str | None = None
    alternatives: tuple[dict[str, Any], ...] = ()
    urgency: str | None = None
    location: dict[str, Any] | None = None
    occurred: _Interval | None = None
    recurrence: str | None = None


class Triaged(Prediction):
    incidents: list[_Incident]
    pii: tuple[_Found, ...] = ()
    ms: float = 0.0

    @property
    def first(self) -> _Incident:
        return self.incidents[0] if self.incidents else _Incident()


def generate(records: Sequence[Report], context: Context) -> Iterator[dict[str, Any]]:
    _ = context.categories  # loaded before the clock runs
    for record in records:
        began = time.perf_counter()
        language = context.language_of(record.text, record.lang)
        site = site_at(context.site, record.now)
        drafts = extract(record.text, language, record.now, site, context.categories)
        found = find_personal_data(record.text, language, site.country)
        yield {
            "id": record.id,
            "incidents": [incident_json(draft) for draft in drafts],
            "masked_text": mask(record.text, found),
            "pii": [{"kind": p.kind, "text": p.text, "start": p.start, "end": p.end} for p in found],
            "ms": milliseconds(began),
        }


def incident_json(draft: IncidentDraft) -> dict[str, Any]:
    """The incident as the records hold it."""
    place, occurred = draft.location, draft.occurred
    return {
        "category": draft.category,
        "confidence": draft.confidence,
        "alternatives": [{"category": code, "confidence": chance} for code, chance in draft.alternatives],
        "urgency": draft.urgency,
        "location": place
        and {"text": place.text, "lat": place.latitude, "lon": place.longitude, "uncertainty_m": place.uncertainty_m},
        "occurred": occurred
        and {"start": occurred.start.isoformat(), "end": occurred.end.isoformat(), "precision": occurred.precision},
        "recurrence": draft.recurrence,
        "anonymous_wish": draft.anonymous_wish,
        "evidence": {field: list(span) for field, span in draft.evidence.items()},
    }


def _wall(interval: _Interval | None) -> tuple[datetime, datetime] | None:
    """Wall-clock times, without their offset."""
    return (interval.start.replace(tzinfo=None), interval.end.replace(tzinfo=None)) if interval else None


def overlap(gold: _Interval | None, found: _Interval | None) -> float:
    """Shared time as a share of both together; 1 when both are missing or equal, also as moments."""
    first, second = _wall(gold), _wall(found)
    if first == second:
        return 1.0
    if first is None or second is None:
        return 0.0
    shared = (min(first[1], second[1]) - max(first[0], second[0])).total_seconds()
    together = (max(first[1], second[1]) - min(first[0], second[0])).total_seconds()
    return max(0.0, shared) / together if together else 0.0


def place_f1(gold: str | None, found: str | None) -> float:
    """Word F1 of the place's phrase; 1 when both are missing."""
    wanted, given = (gold or "").casefold().split(), (found or "").casefold().split()
    if not wanted and not given:
        return 1.0
    common = sum(min(wanted.count(word), given.count(word)) for word in set(wanted))
    return 2 * common / (len(wanted) + len(given))


def _place(found: Triaged) -> str | None:
    return str(found.first.location["text"]) if found.first.location else None


def _labelled(pairs: Pairs[Report, Triaged], field: str) -> list[tuple[Report, Triaged]]:
    """Records whose line names `field`, be it with null."""
    return [(report, found) for report, found in pairs if field in report.model_fields_set]


def _measure(pairs: Pairs[Report, Triaged]) -> dict[str, float]:
    category = [(str(r.category), str(f.first.category)) for r, f in pairs if r.category]
    gold, given = [pair[0] for pair in category], [pair[1] for pair in category]
    near = [
        r.category in [f.first.category, *(a["category"] for a in f.first.alternatives[:2])]
        for r, f in pairs
        if r.category
    ]
    occurred = [overlap(r.occurred, f.first.occurred) for r, f in _labelled(pairs, "occurred")]
    personal_precision, personal_recall = _personal(_labelled(pairs, "pii"))
    places = [place_f1(r.location_text, _place(f)) for r, f in _labelled(pairs, "location_text")]
    rhythm = [(r.recurrence or NONE) == (f.first.recurrence or NONE) for r, f in _labelled(pairs, "recurrence")]
    return {
        "category_accuracy": mean([float(g == p) for g, p in category]),
        "category_macro_f1": macro_f1(gold, given),
        "category_top3": mean([float(hit) for hit in near]),
        "urgency_accuracy": mean([float(r.urgency == f.first.urgency) for r, f in pairs if r.urgency]),
        "place_f1": mean(places),
        "place_exact": mean([float(value == 1) for value in places]),
        "occurred_overlap": mean(occurred),
        "occurred_exact": mean([float(value == 1) for value in occurred]),
        "recurrence_accuracy": mean([float(right) for right in rhythm]),
        "pii_precision": personal_precision,
        "pii_recall": personal_recall,
        "ms": mean([f.ms for _, f in pairs]),
    }


def _personal(pairs: Pairs[Report, Triaged]) -> tuple[float, float]:
    """Precision and recall over all finds, by kind and text."""
    hits = wanted = given = 0
    for report, found in pairs:
        gold = {(item.kind, item.text) for item in report.pii or ()}
        mine = {(item.kind, item.text) for item in found.pii}
        hits, wanted, given = hits + len(gold & mine), wanted + len(gold), given + len(mine)
    return (hits / given if given else float("nan"), hits / wanted if wanted else float("nan"))


def score(data: Sequence[Report], predictions: Mapping[str, Triaged]) -> Scores:
    pairs = paired(data, predictions)
    figures, cases = figures_by_language(pairs, _measure)
    return Scores(
        task="triage",
        main="category_accuracy",
        cases=cases,
        figures=figures,
        parity=parity_of(figures, "category_accuracy"),
        wrong=[_wrong(report, found, why) for report, found in pairs if (why := faults(report, found))],
    )


def faults(report: Report, found: Triaged) -> list[str]:
    """The fields that differ from the gold ones."""
    named = report.model_fields_set
    mine = {(item.kind, item.text) for item in found.pii}
    checks = {
        "category": report.category is None or report.category == found.first.category,
        "urgency": report.urgency is None or report.urgency == found.first.urgency,
        "location_text": "location_text" not in named or place_f1(report.location_text, _place(found)) == 1,
        "occurred": "occurred" not in named or overlap(report.occurred, found.first.occurred) == 1,
        "recurrence": "recurrence" not in named or (report.recurrence or NONE) == (found.first.recurrence or NONE),
        "pii": report.pii is None or {(item.kind, item.text) for item in report.pii} == mine,
    }
    return [field for field, right in checks.items() if not right]


def _wrong(report: Report, found: Triaged, fields: list[str]) -> Wrong:
    expected = report.model_dump(mode="json", include=set(fields))
    predicted = {**found.first.model_dump(mode="json"), "location_text": _place(found)}
    predicted["pii"] = [item.model_dump() for item in found.pii]
    return Wrong(
        id=report.key,
        lang=report.lang or UNKNOWN,
        text=report.text,
        expected=expected,
        predicted={field: predicted.get(field) for field in fields},
        why=", ".join(fields),
    )
