"""The generative answer: the model sees passages as tokens and returns sentences with tokens; each one is checked.

What is left after the checks is shown; with nothing left, or anything wrong, the caller falls back to the extractive
answer. No text of the model reaches the resident unchecked.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.answering.compose import Composed, units_of
from assistant.answering.model import ChatModel, ModelFailed
from assistant.answering.prompts import Prompt
from assistant.answering.verify import unsupported
from assistant.folding import visible
from assistant.types import Citation, Part
from knowledge_base.analysis import lemma_stems
from knowledge_base.sentences import plain
from knowledge_base.types import Hit, Passage

MOST_PASSAGES = 5
MOST_SENTENCES = 8


class GenerationFailed(Exception):
    """No generated answer may be shown; `kind` says why (timeout, model, schema, language, unsupported, none)."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class GeneratedSentence(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str
    passages: list[str]


class GeneratedAnswer(BaseModel):
    """What the model is asked to return."""

    model_config = ConfigDict(extra="forbid")
    completeness: Literal["complete", "partial", "none"]
    sentences: list[GeneratedSentence]


class Generator:
    """Composes with a language model. `name_language` gives a language's English name, `speaks` its detected code."""

    def __init__(
        self,
        model: ChatModel,
        prompt: Prompt,
        site: str,
        name_language: Callable[[str], str],
        detect: Callable[[str], str],
    ) -> None:
        self._model = model
        self._prompt = prompt
        self._site = site
        self._name_language = name_language
        self._detect = detect

    def compose(self, question: str, hits: Sequence[Hit], language: str) -> Composed:
        """A checked answer in `language` from passages in the same language. Raises GenerationFailed."""
        passages = {f"p{at}": hit.passage for at, hit in enumerate(hits[:MOST_PASSAGES], 1)}
        if any(passage.language != language for passage in passages.values()):
            raise GenerationFailed("language")  # support cannot be checked word by word across languages
        answer = self._ask(question, passages, language)
        if answer.completeness == "none" or not answer.sentences:
            raise GenerationFailed("none")
        kept = [
            checked
            for sentence in answer.sentences[:MOST_SENTENCES]
            if (checked := _check(sentence, passages, language))
        ]
        if not kept:
            raise GenerationFailed("unsupported")
        if self._detect(" ".join(text for text, _ in kept)) != language:
            raise GenerationFailed("language")
        return _render(kept, complete=answer.completeness == "complete" and len(kept) == len(answer.sentences))

    def _ask(self, question: str, passages: dict[str, Passage], language: str) -> GeneratedAnswer:
        quoted = "\n".join(
            f'<passage id="{token}">\n{_harmless(passage.title)}\n{_harmless(passage.text)}\n</passage>'
            for token, passage in passages.items()
        )
        schema = {"name": "answer", "strict": True, "schema": GeneratedAnswer.model_json_schema()}
        system = self._prompt.system.format(site=self._site, language_name=self._name_language(language))
        user = self._prompt.user.format(passages=quoted, question=_harmless(question))
        try:
            return GeneratedAnswer.model_validate_json(self._model.complete(system, user, schema))
        except ModelFailed as error:
            raise GenerationFailed(error.kind) from error
        except ValidationError as error:
            raise GenerationFailed("schema") from error


def _harmless(text: str) -> str:
    """Text that cannot close the tags it stands between, nor hide anything."""
    return visible(text).replace("<", "‹").replace(">", "›")


def _check(sentence: GeneratedSentence, passages: dict[str, Passage], language: str) -> tuple[str, Passage] | None:
    text = visible(sentence.text).strip()
    if not text or "\n" in text:
        return None
    for token in sentence.passages:
        passage = passages.get(token)
        if passage and unsupported(text, plain(passage.text), language) is None:
            return text, passage
    return None


def _render(kept: Sequence[tuple[str, Passage]], complete: bool) -> Composed:
    parts, citations = [], []
    for number, (text, passage) in enumerate(kept, 1):
        asked = set(lemma_stems(text, passage.language))
        quoted = max(units_of(passage), key=lambda unit: len(asked & set(lemma_stems(unit.quote, passage.language))))
        parts.append(Part(kind="sentence", text=text, source=number))
        citations.append(
            Citation(
                number=number,
                article=passage.article,
                version=passage.version,
                title=passage.title,
                language=passage.language,
                passage=passage.id,
                start=quoted.start,
                end=quoted.end,
                quote=quoted.quote,
                updated=passage.updated.isoformat() if passage.updated else None,
            )
        )
    return Composed(tuple(parts), tuple(citations), complete)
