from pathlib import Path

import pytest
import yaml

from assistant.privacy import find_personal_data, mask

CASES = yaml.safe_load((Path(__file__).parent / "personal_data.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("language", "text", "kinds"), CASES)
def test_kinds(language: str, text: str, kinds: str) -> None:
    """Names, numbers and plates of persons are found; addresses, firms, orders and references are left alone."""
    found = find_personal_data(text, language, "PL")
    assert " ".join(item.kind for item in found) == kinds
    assert all(text[item.start : item.end] == item.text for item in found)


def test_mask() -> None:
    """Each find becomes a word for its kind; the rest of the text stays as it was."""
    text = "Nazywam się Ewa Lis, tel. 601 234 567, e-mail ewa@poczta.example."
    assert mask(text, find_personal_data(text, "pl", "PL")) == "Nazywam się [name], tel. [phone], e-mail [email]."


def test_public_numbers() -> None:
    """A number of the site is nobody's personal data."""
    text = "call the duty desk: phone 47 000 01 00"
    assert find_personal_data(text, "en", "PL", public=("47 000 01 00",)) == []


@pytest.mark.parametrize("digits", ["44051401358", "12345678901"])
def test_check_digit(digits: str) -> None:
    """A number that fails its check is no national number, whatever stands before it."""
    kinds = {item.kind for item in find_personal_data(f"mój PESEL {digits}", "pl", "PL")}
    assert "national_id" not in kinds


def test_context() -> None:
    """A number that passes its check is no national number without words that say so."""
    kinds = {item.kind for item in find_personal_data("artikel 111222333 kwijt", "nl", "NL")}
    assert "national_id" not in kinds


def test_nothing_in_nothing() -> None:
    """Empty text and text without data come back unchanged."""
    assert find_personal_data("", "en", "PL") == []
    assert mask("the wall of the school", []) == "the wall of the school"
