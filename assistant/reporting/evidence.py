"""Where a text shows what was read from it: the words that speak for the category."""

from assistant.reporting.category import Categories
from assistant.reporting.concepts import concept_word, find_concepts
from assistant.reporting.folded import fold_with_offsets

Span = tuple[int, int]


def category_evidence(text: str, language: str, code: str, categories: Categories) -> Span | None:
    """The word whose concept speaks most for `code`, to its end; None where no concept was found."""
    folded = fold_with_offsets(text)
    found = find_concepts(folded.text, language)
    if not found:
        return None
    weights = {name: categories.weight(concept_word(name), code) for name, _, _ in found}
    _, start, end = max(found, key=lambda item: weights[item[0]])
    while start > 0 and folded.text[start - 1].isalnum():
        start -= 1
    while end < len(folded.text) and folded.text[end].isalnum():
        end += 1
    return folded.span(start, end)
