"""Which kind of incident a text tells of: the trained classifier of the 39 categories."""

from pathlib import Path

from assistant.classifier import Prediction, load_classifier
from assistant.folding import fold
from assistant.reporting.concepts import find_concepts, with_concepts

MODEL = Path(__file__).resolve().parent.parent / "training" / "categories.npz"
# A sign of hatred makes it a hate crime, whatever it was painted on.
SIGNS = {"swastika": {"hate_crime": 6.0}, "racist": {"hate_crime": 3.0}}


class Categories:
    """The classifier, loaded once."""

    def __init__(self, model_path: Path = MODEL) -> None:
        """Raises ClassifierInvalid where the model is missing."""
        self._classifier = load_classifier(model_path)

    @property
    def model_hash(self) -> str:
        """SHA-256 of the examples that the model learnt from."""
        return self._classifier.data_hash

    @property
    def codes(self) -> tuple[str, ...]:
        """All categories."""
        return self._classifier.labels

    def classify(self, text: str, language: str = "en") -> Prediction:
        """Category codes with probabilities, the likeliest first."""
        return self._classifier.predict(with_concepts(text, language), _prior(text, language))

    def weight(self, word: str, code: str) -> float:
        """How much one word alone speaks for a category: its probability."""
        return self._classifier.predict(word).probability(code)


def _prior(text: str, language: str) -> dict[str, float]:
    prior: dict[str, float] = {}
    for name, _, _ in find_concepts(fold(text), language):
        prior.update(SIGNS.get(name, {}))
    return prior
