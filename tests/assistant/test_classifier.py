"""The linear classifier and its shipped models."""

from pathlib import Path

import pytest

from assistant.classifier import (
    ClassifierInvalid,
    features,
    hash_examples,
    load_classifier,
    read_examples,
)
from assistant.types import Route
from scripts.train_classifiers import task_examples
from sites.site import LANGUAGES

TRAINING = Path(__file__).parents[2] / "assistant" / "training"


def test_features_ignore_case_diacritics_and_digits() -> None:
    """ "HAŁAS o 23" and "halas o 42" look alike."""
    first, second = features("HAŁAS o 23"), features("halas o 42")
    assert first[0].tolist() == second[0].tolist()


def test_empty_text_still_gets_probabilities() -> None:
    """A text without words yields the labels' base rates, not an error."""
    ranked = load_classifier(TRAINING / "routes.npz").predict("…").ranked
    assert sum(chance for _, chance in ranked) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("task", ["routes", "categories"])
def test_shipped_model_fits_its_examples(task: str) -> None:
    """The committed model was trained on the committed examples."""
    expected = hash_examples([example for example, _ in task_examples(task)])
    assert load_classifier(TRAINING / f"{task}.npz").data_hash == expected, f"run scripts/train_classifiers.py {task}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_forty_examples_a_route(language: str) -> None:
    """No language is short of examples for any route, and none stands twice."""
    examples = [(label, text) for code, label, text in read_examples(TRAINING / "routes") if code == language]
    counts = {route: sum(label == route for label, _ in examples) for route in Route}
    assert min(counts.values()) >= 40
    assert len({text.casefold() for _, text in examples}) == len(examples)


def test_damaged_model_names_the_training_command(tmp_path: Path) -> None:
    """A truncated file is refused with what to run."""
    broken = tmp_path / "routes.npz"
    broken.write_bytes((TRAINING / "routes.npz").read_bytes()[:1000])
    with pytest.raises(ClassifierInvalid, match=r"train_classifiers\.py"):
        load_classifier(broken)
