"""What a run leaves behind: a report that opens anywhere, results for machines, the wrong cases."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from eval.records import DataRefused, PredictionsRefused
from eval.report import parity_line, present
from eval.scores import Scores
from settings import Settings
from tests.eval.conftest import Write

DATA = [
    {"id": 1, "text": "<script>alert(1)</script>", "lang": "pl", "route": "enquiry"},
    {"id": 2, "text": "noise", "lang": "en", "route": "report"},
    {"id": 3, "text": "hello", "lang": "en", "route": "smalltalk"},
]
PREDICTIONS = [
    {"id": 1, "route": "report", "confidence": 0.6, "ms": 1.0},
    {"id": 2, "route": "report", "confidence": 0.9, "ms": 1.0},
    {"id": 3, "route": "smalltalk", "confidence": 0.8, "ms": 1.0},
]


class _Cells(HTMLParser):
    """The text of every table cell."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag in ("td", "th")
        if self._open:
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self._open:
            self.cells[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._open = False


@pytest.fixture
def report(settings: Settings, write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A report of the run above."""
    data, predictions = write("data.jsonl", DATA), write("predictions.jsonl", PREDICTIONS)
    code = present(
        settings, "route", data, predictions, as_json=True, report=tmp_path / "report", fail_under=["accuracy=0.6"]
    )
    assert code == 0
    capsys.readouterr()
    return tmp_path / "report"


def test_results_hold_figures_and_what_made_them(report: Path) -> None:
    """Data and predictions are named by their hash, models and version are kept."""
    results = json.loads((report / "results.json").read_text(encoding="utf-8"))
    assert results["figures"]["all"]["accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert results["wrong"] == 1
    assert results["embedding_model"] == "all-MiniLM-L6-v2"
    assert re.fullmatch("[0-9a-f]{64}", results["data_sha256"])
    assert results["parity"]["worst"] == "pl"


def test_wrong_cases_show_expected_and_predicted(report: Path) -> None:
    """The prediction column holds the prediction, not the expected value."""
    cases = [json.loads(line) for line in (report / "wrong.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(case["id"], case["expected"], case["predicted"]) for case in cases] == [("1", "enquiry", "report")]


def test_html_is_complete_in_itself_and_escapes(report: Path) -> None:
    """Nothing is fetched, a resident's words are never markup, and every figure stands in a cell."""
    html = (report / "report.html").read_text(encoding="utf-8")
    assert "<script" not in html
    assert not re.search(r"""(?:src|href)=|url\(|@import""", html)
    parser = _Cells()
    parser.feed(html)
    assert "<script>alert(1)</script>" in parser.cells
    assert "0.667" in parser.cells
    assert parser.cells.count("enquiry taken for report") == 1


def test_table_is_whole_without_a_terminal(
    settings: Settings, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """Written into a file, no column is cut off."""
    data, predictions = write("data.jsonl", DATA), write("predictions.jsonl", PREDICTIONS)
    present(settings, "route", data, predictions, as_json=False, report=None, fail_under=[])
    shown = capsys.readouterr().out
    assert "macro_f1" in shown
    assert "parity: accuracy from 0.000 (pl) to 1.000 (en), a gap of 1.000" in shown


def test_figure_below_its_threshold_gives_exit_code_1(
    settings: Settings, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """The build learns which figure fell short."""
    data, predictions = write("data.jsonl", DATA), write("predictions.jsonl", PREDICTIONS)
    code = present(settings, "route", data, predictions, as_json=True, report=None, fail_under=["pl.accuracy=0.5"])
    assert code == 1
    assert "pl.accuracy is 0.0000, below 0.5" in capsys.readouterr().err


def test_predictions_of_other_data_are_refused(settings: Settings, write: Write) -> None:
    """No figure is shown for a mix-up."""
    data, predictions = write("data.jsonl", DATA[:2]), write("predictions.jsonl", PREDICTIONS)
    with pytest.raises(PredictionsRefused, match="other data"):
        present(settings, "route", data, predictions, as_json=True, report=None, fail_under=[])


def test_empty_data_is_refused(settings: Settings, write: Write) -> None:
    """Nothing to score is an error, not a perfect score."""
    with pytest.raises(DataRefused, match="no records"):
        present(settings, "route", write("a.jsonl", []), write("b.jsonl", []), as_json=True, report=None, fail_under=[])


def test_parity_of_one_language_says_so() -> None:
    """The line is never missing."""
    scores = Scores(task="t", main="m", cases={"all": 1}, figures={"all": {}}, parity=None)
    assert parity_line(scores) == "parity: fewer than two languages"
