"""The danger rules: real danger is seen in ten languages, past, preventive and figurative talk is not."""

from pathlib import Path

import pytest

from assistant.emergency import DangerRules, RulesInvalid
from sites.site import LANGUAGES

NOW = {
    "en": "there is a man with a knife in front of my door",
    "nl": "er staat een man met een mes voor mijn deur",
    "fr": "un homme avec un couteau est devant ma porte",
    "de": "vor meiner Tür steht ein Mann mit einem Messer",
    "pl": "pod moimi drzwiami stoi facet z nożem",
    "fi": "oveni takana on mies jolla on puukko",
    "sv": "det står en man med kniv utanför min dörr",
    "es": "hay un hombre con un cuchillo en mi puerta",
    "pt": "está um homem com uma faca à minha porta",
    "uk": "під моїми дверима стоїть чоловік з ножем",
}
CALM = {
    "en": "How can I protect myself against a burglary?",
    "nl": "Gisteren is mijn fiets gestolen.",
    "fr": "Comment signaler du bruit la nuit ?",
    "de": "Letzte Woche wurde bei uns eingebrochen.",
    "pl": "Jak zgłosić kradzież roweru?",
    "fi": "Viime viikolla naapurissa oli tulipalo.",
    "sv": "Vad gör jag om någon bryter sig in?",
    "es": "Ayer me robaron el móvil en el metro.",
    "pt": "Como posso marcar a minha bicicleta?",
    "uk": "Минулого тижня у сусідів була пожежа.",
}


@pytest.fixture(scope="module")
def rules() -> DangerRules:
    return DangerRules()


def test_every_language_has_rules(rules: DangerRules) -> None:
    """No language is without danger rules."""
    assert sorted(rules.languages) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_is_seen_in_any_conversation_language(rules: DangerRules, language: str) -> None:
    """A knife at the door is an emergency, whatever language the page is in, in capitals too."""
    assert rules.check(NOW[language], "pl").label == "emergency"
    assert rules.check(NOW[language].upper(), "fi").label == "emergency"


@pytest.mark.parametrize("language", LANGUAGES)
def test_past_and_prevention_do_not_alarm(rules: DangerRules, language: str) -> None:
    """What is over, or a question about prevention, gets no alarm."""
    assert rules.check(CALM[language], language).label == "none"


def test_hidden_characters_do_not_hide_danger(rules: DangerRules) -> None:
    """Zero-width characters inside a word change nothing."""
    assert rules.check("he has a kn\u200bife and is attacking me now", "en").label == "emergency"


def test_broken_pattern_is_named(tmp_path: Path) -> None:
    """A rule file with a broken pattern is refused with file and pattern."""
    (tmp_path / "en.yaml").write_text("emergency:\n  weapon: ['(']\ncrisis: {}\n", encoding="utf-8")
    with pytest.raises(RulesInvalid, match=r"en\.yaml: the pattern '\('"):
        DangerRules(tmp_path).ready()
