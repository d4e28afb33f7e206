"""What the steps work with. Wired once, in bootstrap.py; nothing here decides anything."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from assistant.answering.generate import Generator
from assistant.emergency import DangerRules
from assistant.language import LanguageIdentification
from assistant.replies import Locales
from assistant.reporting.category import Categories
from assistant.routing import Router
from knowledge_base.types import Hit
from sites import Site
from storage.incidents import IncidentStore


class ArticleText(Protocol):
    """One version of an article, as stored."""

    title: str
    body: str
    language: str
    version: int
    updated: date | None


class KnowledgeBase(Protocol):
    """What answering needs of knowledge_base.library.Library."""

    def search(self, query: str, language: str, limit: int, languages: list[str] | None) -> list[Hit]: ...


@dataclass(frozen=True, slots=True)
class Services:
    """The tools of the steps. `incidents` is None where nothing may be looked up (evaluation)."""

    site: Site
    locales: Locales
    danger: DangerRules
    identification: LanguageIdentification
    router: Router
    categories: Categories
    library: KnowledgeBase
    clock: Callable[[], datetime]
    generator: Generator | None = None
    incidents: IncidentStore | None = None

    def say(self, language: str, key: str, **variables: object) -> str:
        """A text of the `replies` catalogue."""
        return self.locales.gettext(language, "replies", key, **variables)
