"""Logs are JSON and never hold what a resident wrote."""

import json

import pytest
import structlog

from assistant.logs import configure_logs

SECRET = "my neighbour Jan Kowalski"


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_error_is_logged_without_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the exception's message nor a variable appears; its type and place do."""
    configure_logs("info")
    words = SECRET
    try:
        raise ValueError(f"cannot read {words}")
    except ValueError:
        structlog.get_logger().exception("turn_failed", conversation="c1")
    line = _lines(capsys)[0]
    assert SECRET not in json.dumps(line)
    assert line["error"] == "builtins.ValueError"
    assert line["conversation"] == "c1"
    assert "test_error_is_logged_without_words" in str(line["places"])


def test_events_below_the_level_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """KOBAN_LOG_LEVEL decides."""
    configure_logs("warning")
    log = structlog.get_logger()
    log.info("small")
    log.warning("large")
    assert [line["event"] for line in _lines(capsys)] == ["large"]
