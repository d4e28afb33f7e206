"""Language identification on chat text."""

import pytest

from assistant.language import LanguageIdentification

SENTENCES = {
    "en": "my neighbour plays loud music every night",
    "nl": "mijn fiets is gisteren gestolen bij het station",
    "fr": "comment porter plainte pour un vol",
    "de": "wo kann ich mein Fahrrad codieren lassen",
    "pl": "jak zglosic kradziez roweru",
    "fi": "miten voin tehda rikosilmoituksen",
    "sv": "hur anmäler jag en stöld",
    "es": "me han robado el movil en el autobus",
    "pt": "como faço uma denúncia na polícia",
    "uk": "сусіди шумлять щоночі",
}


@pytest.fixture(scope="module")
def identification() -> LanguageIdentification:
    return LanguageIdentification()


@pytest.mark.parametrize("language", SENTENCES)
def test_chat_sentences(identification: LanguageIdentification, language: str) -> None:
    """A short everyday sentence is recognised, also within a conversation in another language."""
    assert identification.identify(SENTENCES[language]).language == language
    assert identification.identify(SENTENCES[language], prior="pl").language == language


@pytest.mark.parametrize("text", ["ok", "OK!", "42", "Lipowa 12", "🙂", "...", "112", "NDZ-7K3M-Q", "Anna Wrzos"])
@pytest.mark.parametrize("language", ["fi", "uk", "en"])
def test_names_numbers_and_ok_keep_the_language(
    identification: LanguageIdentification, text: str, language: str
) -> None:
    """A street name, a number or "ok" does not change the conversation's language."""
    assert identification.identify(text, prior=language).language == language


def test_same_text_gives_the_same_answer(identification: LanguageIdentification) -> None:
    """Nothing in it is random."""
    assert len({identification.identify("hej moi hallo") for _ in range(20)}) == 1
