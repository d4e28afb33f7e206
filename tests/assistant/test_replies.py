"""The catalogues: every language says everything."""

import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from assistant.replies import DOMAINS, LOCALES_FOLDER, WordingMissing, load_locales
from sites.site import LANGUAGES


def _catalogue(language: str, domain: str) -> dict[str, str | list[str]]:
    path = LOCALES_FOLDER / language / "LC_MESSAGES" / f"{domain}.po"
    with path.open("rb") as file:
        messages = [message for message in read_po(file, locale=language) if message.id]
    return {_key(message.id): _forms(message.string) for message in messages}


def _key(identifier: object) -> str:
    return str(identifier[0] if isinstance(identifier, list | tuple) else identifier)


def _forms(text: object) -> str | list[str]:
    return [str(form) for form in text] if isinstance(text, list | tuple) else str(text or "")


def _variables(text: str | list[str]) -> set[str]:
    forms = text if isinstance(text, list) else [text]
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_holds_every_key_form_and_variable(language: str, domain: str) -> None:
    """No language lacks a key, a plural form or a variable that English has, nor has one too many."""
    english, own = _catalogue("en", domain), _catalogue(language, domain)
    assert set(own) == set(english)
    empty = [key for key, text in own.items() if not text or (isinstance(text, list) and not all(text))]
    assert not empty
    wrong = [key for key in english if _variables(own[key]) - {"count"} != _variables(english[key]) - {"count"}]
    assert not wrong


def test_unknown_key_is_an_error() -> None:
    """A key that nobody wrote is named, never shown."""
    with pytest.raises(WordingMissing, match="no_such_key"):
        load_locales().gettext("pl", "replies", "no_such_key")


def test_missing_language_falls_back_to_english(tmp_path: Path) -> None:
    """A language without catalogue shows English."""
    locales = load_locales()
    assert locales.gettext("xx", "replies", "choice_yes") == locales.gettext("en", "replies", "choice_yes")


def test_negotiation_prefers_the_first_known_language() -> None:
    """Accept-Language picks the first of the site's languages, regions included."""
    assert load_locales().negotiate("de-AT,pl;q=0.8", ["pl", "de"]) == "de"
    assert load_locales().negotiate("ja", ["pl", "de"]) is None
