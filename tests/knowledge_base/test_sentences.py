"""Sentence borders in ten languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.sentences import plain, sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end, _ in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Przyjdź na komisariat, np. Lipowa 12, ul. Szkolna 3.",
        "Asp. Jan Kowalski czeka, tel. 47 000 01 10.",
        "Mówi o tym art. 51 Kodeksu wykroczeń.",
        "Rufen Sie an, z. B. Frau Müller, Hauptstr. 5, am 3. Oktober.",
        "Lleve un documento, p. ej. DNI, a la Avda. Real 4.",
        "Neem iets mee, bijv. Uw paspoort, dhr. Jansen helpt.",
        "Ota mukaan esim. Passi ja kuitti.",
        "Ta med t.ex. ID-kort till st. Eriksgatan.",
        "Adressez-vous à M. Dupont, av. Royale 3.",
        "Fale com o Sr. Silva na Av. Central 4.",
        "Приходьте на вул. Липова 12, тел. 47 000 01 00.",
        "See Dr. J. Smith at No. 5, e.g. Monday.",
    ],
)
def test_an_abbreviation_does_not_end_a_sentence(text: str) -> None:
    """Titles, streets, laws and examples keep their sentence whole."""
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Is it free? Yes. It is.", ["Is it free?", "Yes.", "It is."]),
        ("Trwa od 22 do 6. Potem cisza.", ["Trwa od 22 do 6.", "Potem cisza."]),
        ("Od 2026 r. Policja znakuje.", ["Od 2026 r.", "Policja znakuje."]),
        ("¿Cuánto cuesta? ¡Nada! Es gratis.", ["¿Cuánto cuesta?", "¡Nada!", "Es gratis."]),
        ("„Stop!“ Dann geht er.", ["„Stop!“", "Dann geht er."]),
        ("Call 112. **Never** wait.", ["Call 112.", "**Never** wait."]),
        ("Це безкоштовно. Приходьте.", ["Це безкоштовно.", "Приходьте."]),
        ("He asked “why?” and left… Then rain.", ["He asked “why?” and left…", "Then rain."]),
        ("Open 10.00–13.00. See www.police.example. Bye.", None),
    ],
)
def test_sentences_end(text: str, parts: list[str] | None) -> None:
    """A stop before a new beginning parts two sentences."""
    assert split(text) == (parts or ["Open 10.00–13.00.", "See www.police.example.", "Bye."])


def test_steps_and_items_are_whole_and_headings_are_none() -> None:
    """A step of two sentences is one unit; a heading is no sentence."""
    text = "## Steps\n1. Do this. Then that.\n2. End.\n\n- One. Two.\n"
    assert [(text[s:e], kind) for s, e, kind in sentences(text)] == [
        ("1. Do this. Then that.", "step"),
        ("2. End.", "step"),
        ("- One. Two.", "item"),
    ]


def test_offset_shifts_every_span() -> None:
    """Spans of a passage count in the article's body."""
    assert sentences("One. Two.", 10) == [(10, 14, "sentence"), (15, 19, "sentence")]


@given(st.text(alphabet="aB1. \n-#*?|_>", max_size=80))
def test_spans_are_ordered_and_inside(text: str) -> None:
    """Whatever the text, spans do not overlap, are not blank and lie inside it."""
    last = 0
    for start, end, _ in sentences(text):
        assert last <= start < end <= len(text)
        assert text[start:end].strip()
        last = end


@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        ("Call **112** or *986*.", "Call 112 or 986."),
        ('See [the map](https://example.org/a_b "x").', "See the map."),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("> quoted `code` \\*star\\*", "quoted code *star*"),
        ("**bold with *nested* words**", "bold with nested words"),
    ],
)
def test_plain_strips_inline_marks(marked: str, shown: str) -> None:
    """What is displayed carries no Markdown."""
    assert plain(marked) == shown
