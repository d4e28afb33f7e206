"""Which kind of message it is: a trained classifier, with rules where a rule is right."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.classifier import Classifier, load_classifier
from assistant.emergency import Danger
from assistant.folding import fold, visible
from assistant.types import Route

MODEL = Path(__file__).parent / "training" / "routes.npz"
RULES = Path(__file__).with_name("route_rules.yaml")
SURE_OF_DANGER = 0.7
_REFERENCE = re.compile(r"\b[A-Z]{2,5}-[0-9A-Z]{4}-[0-9A-Z]\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Routed:
    """A route with its probability, and the probability that the message asks for information."""

    route: Route
    confidence: float
    enquiry: float = 0.0


class Router:
    """Chooses a route. The classifier may add danger that no rule saw; it never takes back what a rule says."""

    def __init__(self, model: Path = MODEL) -> None:
        self._classifier: Classifier = load_classifier(model)
        openings = "|".join(re.escape(fold(text)) for texts in report_openings().values() for text in texts)
        self._opens_report = re.compile(rf"(?:\w+[,!.]? ){{0,3}}(?:{openings})\b")

    def route(self, text: str, danger: Danger) -> Routed:
        """The route of one message and how sure that is (0 to 1)."""
        if danger.label != "none":
            return Routed(Route(danger.label), 0.99)
        prediction = self._classifier.predict(text)
        alarm = prediction.probability(Route.EMERGENCY) + prediction.probability(Route.CRISIS)
        if alarm >= SURE_OF_DANGER:
            worse = prediction.probability(Route.EMERGENCY) >= prediction.probability(Route.CRISIS)
            return Routed(Route.EMERGENCY if worse else Route.CRISIS, alarm)
        if _REFERENCE.search(text):
            return Routed(Route.STATUS, 0.95)
        if self._opens_report.match(fold(visible(text)).strip()) and "?" not in text:
            return Routed(Route.REPORT, 0.95, prediction.probability(Route.ENQUIRY))
        calm = [(name, chance) for name, chance in prediction.ranked if name not in ("emergency", "crisis")]
        name, chance = calm[0]
        return Routed(Route(name), chance, prediction.probability(Route.ENQUIRY))


def report_openings() -> dict[str, list[str]]:
    """How people open a report, by language."""
    openings: dict[str, list[str]] = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return openings
