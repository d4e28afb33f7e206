import pytest

from assistant.reporting.answers import is_question, means, tells
from assistant.reporting.rules import read_rules
from sites.site import LANGUAGES

SAID = {
    "en": ("yes please", "No, Wednesday", "I don't know", "forget it", "I want to report something"),
    "nl": ("ja hoor", "nee", "weet ik niet", "laat maar", "Ik wil iets melden"),
    "fr": ("oui c'est bon", "non", "je ne sais pas", "laissez tomber", "Bonjour, je voudrais signaler quelque chose"),
    "de": ("ja, stimmt so", "nein", "weiß ich nicht", "vergessen Sie es", "Ich möchte etwas melden"),
    "pl": ("tak, wyślij", "nie", "nie wiem", "nieważne", "dzień dobry, chciałbym coś zgłosić"),
    "fi": ("kyllä, lähetä", "ei", "en tiedä", "unohda koko juttu", "haluan tehdä ilmoituksen"),
    "sv": ("ja, skicka", "nej", "vet inte", "glöm det", "hej jag vill göra en anmälan"),
    "es": ("sí, envíalo", "no", "no lo sé", "déjalo", "Quiero denunciar algo"),
    "pt": ("sim, pode enviar", "não", "não sei", "esqueça", "Quero denunciar uma coisa"),
    "uk": ("так, надсилайте", "ні", "не знаю", "забудьте", "Хочу повідомити про щось"),
}
MEANINGS = ("agree", "refuse", "skip", "cancel", "bare")


@pytest.mark.parametrize("language", LANGUAGES)
def test_meanings(language: str) -> None:
    """Yes, no, "I don't know", "forget it" and a bare wish to report are understood in every language."""
    for name, text in zip(MEANINGS, SAID[language], strict=True):
        assert means(name, text, language), (name, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_keys(language: str) -> None:
    """Every language has the same lists of short answers."""
    assert set(read_rules("answer_rules", language)) == set(read_rules("answer_rules", "en"))


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "my bike was stolen"), ("pl", "chcę zgłosić kradzież roweru na Lipowej"), ("de", "Im Hof brennt es")],
)
def test_a_report_is_no_short_answer(language: str, text: str) -> None:
    """A message that tells something is neither yes nor no, and no bare wish to report."""
    assert not any(means(name, text, language) for name in MEANINGS)


def test_question() -> None:
    """A question mark or a question word at the start makes a question."""
    assert is_question("czy to jest anonimowe", "pl")
    assert is_question("and my data?", "en")
    assert not is_question("on Lipowa", "en")


def test_but() -> None:
    """ "Yes, but" is no consent."""
    assert tells("but", "tak, ale nie tam", "pl")
