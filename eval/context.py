"""What the tasks work with, built when a task first asks for it, so that `language` never waits for a model."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from assistant.bootstrap import Tools, build_services
from assistant.emergency import Danger, DangerRules
from assistant.language import LanguageIdentification
from assistant.replies import load_locales
from assistant.reporting.category import Categories
from assistant.routing import Routed, Router
from assistant.services import KnowledgeBase, Services
from assistant.types import Route
from eval.knowledge import corpus_library, live_library, site_library
from eval.vector_cache import CachedEmbedder
from knowledge_base.embedding import Embedder, build_embeddings
from settings import Settings
from sites import Site, load_site
from storage.database import Database


class EveryMessageAnEnquiry(Router):
    """Routing while answering from a foreign corpus: whether a question is a police matter means nothing there."""

    def route(self, text: str, danger: Danger) -> Routed:
        del text
        if danger.label != "none":
            return Routed(Route(danger.label), 0.99)
        return Routed(Route.ENQUIRY, 1.0)


@dataclass(slots=True)
class Clock:
    """The time that the records say it is; the real one where they say nothing."""

    fixed: datetime | None = None

    def __call__(self) -> datetime:
        return self.fixed or datetime.now(UTC)


class Context:
    """The parts of one evaluation run. `data` is what --data names, `corpus` what --corpus names."""

    def __init__(
        self,
        settings: Settings,
        data: Path,
        corpus: Path | None = None,
        *,
        live: bool = False,
        embedder: Embedder | None = None,
        tools: Tools | None = None,
    ) -> None:
        self.settings = settings
        self.data = data
        self.corpus = corpus
        self.site: Site = load_site(settings.sites_dir, settings.site)
        self._live = live
        self._embedder = embedder
        self._tools = tools

    @cached_property
    def embedder(self) -> Embedder:
        return self._embedder or build_embeddings(self.settings)

    @cached_property
    def danger(self) -> DangerRules:
        """Ready when returned: rules that cannot be read end the run instead of failing every message."""
        rules = self._tools.danger if self._tools else DangerRules()
        rules.ready()
        return rules

    @cached_property
    def identification(self) -> LanguageIdentification:
        return self._tools.identification if self._tools else LanguageIdentification()

    @cached_property
    def router(self) -> Router:
        return self._tools.router if self._tools else Router()

    @cached_property
    def categories(self) -> Categories:
        return self._tools.categories if self._tools else Categories()

    @cached_property
    def library(self) -> KnowledgeBase:
        """The articles to answer from."""
        prefix = self.settings.embedding_passage_prefix
        cached = self.embedder if self.embedder.light else CachedEmbedder(self.embedder, prefix)
        if self.corpus is not None:
            return corpus_library(self.corpus, cached)
        if self._live:
            return live_library(self.settings, self.site, Database(self.settings.database()), cached)
        return site_library(self.settings, self.site, cached)

    @cached_property
    def services(self) -> Services:
        """Everything that a whole reply needs; nothing can be looked up or stored."""
        router = EveryMessageAnEnquiry() if self.corpus is not None else self.router
        tools = Tools(load_locales(), self.danger, self.identification, router, self.categories)
        return build_services(self.settings, self.site, self.library, None, tools=tools)

    def language_of(self, text: str, given: str | None) -> str:
        """The record's language, or the one that its text is found to be in."""
        return given or self.identification.identify(text).language


def site_at(site: Site, now: datetime) -> Site:
    """The site with its clocks at the offset of `now`, so that times come back in that offset."""
    offset = now.utcoffset() or timedelta(0)
    if offset % timedelta(hours=1):
        return site
    hours = offset // timedelta(hours=1)
    # POSIX counts the other way round: Etc/GMT-2 is two hours ahead of UTC.
    zone = f"Etc/GMT{-hours:+d}" if hours else "Etc/UTC"
    return site.model_copy(update={"time_zone": zone})
