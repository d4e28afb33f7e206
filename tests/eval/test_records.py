"""Evaluation data is checked whole, and refused with the line that is wrong."""

import io
import json
from pathlib import Path

import pytest

from eval.records import (
    DataRefused,
    Prediction,
    PredictionsRefused,
    Record,
    line_writer,
    read_predictions,
    read_records,
)


def _file(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "data.jsonl"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "no records"),
        ("\n\n", "no records"),
        ('{"id": 1, "text": "a"}\n{"id": 2,', "line 2: not JSON"),
        ('{"id": 1, "text": "a"}\n[1]', "line 2: not an object"),
        ('{"text": "a"}', "line 1: id"),
        ('{"id": "1", "text": 5}', "line 1: text"),
        ('{"id": "a"}\n{"id": "b"}\n{"id": "a"}', "line 3: the id 'a' stands in line 1 too"),
        ('{"id": 1}\n{"id": "1"}', "line 2: the id '1'"),
        ('{"id": "a", "lang": "klingon"}', "line 1: lang: Value error, there is no language 'klingon'"),
        (b'{"id": "a", "text": "\xff"}', "line 1: not UTF-8"),
    ],
)
def test_bad_data_is_refused_with_its_line(tmp_path: Path, content: str | bytes, message: str) -> None:
    """Empty sets, broken lines, missing and doubled ids and unknown languages are each named."""
    with pytest.raises(DataRefused, match=message):
        read_records(_file(tmp_path, content), Record)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    """A file that is not there is no traceback."""
    with pytest.raises(DataRefused, match="cannot be read"):
        read_records(tmp_path / "none.jsonl", Record)


def test_notes_regions_and_numbers_are_taken(tmp_path: Path) -> None:
    """Unknown keys are left alone, `pt-BR` is Portuguese, no language is none, ids may be numbers."""
    content = '\ufeff{"id": 7, "text": "a", "lang": "pt-BR", "note": "x"}\n\n{"id": "b", "lang": ""}\n'
    records = read_records(_file(tmp_path, content), Record)
    assert [(record.id, record.key, record.lang) for record in records] == [(7, "7", "pt"), ("b", "b", None)]


def test_half_a_surrogate_pair_survives_writing() -> None:
    """What UTF-8 cannot hold is written as its JSON escape."""
    file = io.BytesIO()
    line_writer(file)({"text": "a\ud800ż"})
    assert json.loads(file.getvalue().decode("utf-8")) == {"text": "a\ud800ż"}


def _predictions(tmp_path: Path, content: str) -> dict[str, Prediction]:
    path = tmp_path / "predictions.jsonl"
    path.write_text(content, encoding="utf-8")
    return read_predictions(path, Prediction, "id", [Record(id="a"), Record(id=2)])


def test_predictions_are_joined_by_id(tmp_path: Path) -> None:
    """Order does not matter, and a summary line is passed over."""
    found = _predictions(tmp_path, '{"id": 2}\n{"id": "a"}\n{"summary": {}}\n')
    assert set(found) == {"a", "2"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"id": "a"}\n{"id": 2}\n{"id": "z"}', "made from other data"),
        ('{"id": "a"}', "lacks predictions for 1 of 2"),
        ('{"id": "a"}\n{"id": "a"}', "second prediction"),
        ('{"key": "a"}', "of this task"),
    ],
)
def test_predictions_of_other_data_are_refused(tmp_path: Path, content: str, message: str) -> None:
    """Strangers, gaps, doubles and other tasks are each named."""
    with pytest.raises(PredictionsRefused, match=message):
        _predictions(tmp_path, content)
