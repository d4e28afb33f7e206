"""Open an installation: database, search, assistant; the only place that knows how they fit together."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from threadpoolctl import threadpool_limits

from assistant.accounts import Accounts
from assistant.answering.generate import Generator
from assistant.answering.prompts import load_prompt
from assistant.chat import Chat
from assistant.desk import Desk
from assistant.emergency import DangerRules
from assistant.language import LanguageIdentification
from assistant.replies import Locales, load_locales
from assistant.reporting.category import Categories
from assistant.routing import Router
from assistant.services import KnowledgeBase, Services
from assistant.wakeups import Wakeups
from knowledge_base.embedding import Embedder, EmbeddingUnavailable, build_embeddings
from knowledge_base.library import Library
from settings import Settings
from sites import Site, load_site
from storage.accounts import AccountStore
from storage.articles import ArticleStore
from storage.conversations import ConversationStore
from storage.database import Database, lock_data_folder
from storage.handoffs import HandoffStore
from storage.incidents import IncidentStore

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything that one running service holds open. `warm` is set once nothing is left to load."""

    settings: Settings
    site: Site
    database: Database
    services: Services
    chat: Chat
    desk: Desk
    accounts: Accounts
    conversations: ConversationStore
    handoffs: HandoffStore
    incidents: IncidentStore
    library: Library
    wakeups: Wakeups
    warm: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class Tools:
    """What is slow to load and the same for every site: catalogues, rules and trained models."""

    locales: Locales
    danger: DangerRules
    identification: LanguageIdentification
    router: Router
    categories: Categories


def load_tools() -> Tools:
    """Raises RulesInvalid, ClassifierInvalid, each with what to do."""
    danger = DangerRules()
    return Tools(load_locales(), danger, LanguageIdentification(), Router(), Categories())


def now() -> datetime:
    return datetime.now(UTC)


def build_services(
    settings: Settings,
    site: Site,
    library: KnowledgeBase,
    incidents: IncidentStore | None,
    clock: Callable[[], datetime] = now,
    tools: Tools | None = None,
) -> Services:
    """What the assistant's steps work with."""
    loaded = tools or load_tools()
    return Services(
        site=site,
        locales=loaded.locales,
        danger=loaded.danger,
        identification=loaded.identification,
        router=loaded.router,
        categories=loaded.categories,
        library=library,
        clock=clock,
        generator=_generator(settings, site, loaded.locales, loaded.identification),
        incidents=incidents,
    )


def _generator(
    settings: Settings, site: Site, locales: Locales, identification: LanguageIdentification
) -> Generator | None:
    if not settings.llm_base_url:
        return None
    # The vendor's client takes a second to import, and most installations run without a language model.
    from assistant.models import OpenAICompatible  # noqa: PLC0415

    return Generator(
        OpenAICompatible(settings),
        load_prompt("answer"),
        site.name,
        name_language=lambda code: locales.gettext("en", "replies", f"language_{code}"),
        detect=lambda text: identification.identify(text).language,
    )


def _embedder(settings: Settings) -> Embedder | None:
    """The configured model; none where the shipped one is damaged, so that residents are answered all the same.

    Raises EmbeddingUnavailable for a model that the operator named.
    """
    try:
        return build_embeddings(settings)
    except EmbeddingUnavailable as error:
        if settings.embedding_model:
            raise
        log.error("embedding_unavailable", reason=str(error), consequence="search compares words only")
        return None


@contextmanager
def open_installation(settings: Settings, clock: Callable[[], datetime] = now) -> Iterator[Installation]:
    """Own the data folder, open the database and load the search.

    Raises DataFolderInUse, DatabaseUnavailable, SiteInvalid, each with what to do.
    """
    # Products of this size gain nothing from several threads, which burn a second core while they wait.
    threadpool_limits(1, "blas")
    site = load_site(settings.sites_dir, settings.site)
    lock = lock_data_folder(settings.data_dir)
    database = Database(settings.database())
    try:
        database.check()
        installation = assemble(settings, site, database, clock)
        warm_up(installation)
        try:
            yield installation
        finally:
            installation.library.close()
    finally:
        database.close()
        lock.close()


def warm_up(installation: Installation) -> None:
    """Load what is loaded at first use: the small things now, danger rules and dictionaries in the background."""
    example = installation.services.say("en", "starter_noise")
    installation.services.identification.identify(example)
    installation.library.search(example, "en", 3, None)
    threading.Thread(target=_warm_up_slowly, args=(installation,), daemon=True).start()


def _warm_up_slowly(installation: Installation) -> None:
    installation.services.danger.ready()
    installation.library.preload()
    installation.warm.set()


def assemble(
    settings: Settings,
    site: Site,
    database: Database,
    clock: Callable[[], datetime] = now,
    embedder: Embedder | None = None,
    tools: Tools | None = None,
) -> Installation:
    """The installation over an open database; what is not given is loaded as the settings say."""
    loaded = tools or load_tools()
    library = Library(settings, ArticleStore(database, site.id), embedder or _embedder(settings))
    incidents = IncidentStore(database)
    services = build_services(settings, site, library, incidents, clock, loaded)
    conversations, handoffs, wakeups = ConversationStore(database), HandoffStore(database), Wakeups()
    return Installation(
        settings=settings,
        site=site,
        database=database,
        services=services,
        chat=Chat(
            services, conversations, wakeups, settings.max_message_characters, lambda: settings.assistant_enabled
        ),
        desk=Desk(services, conversations, handoffs, wakeups),
        accounts=Accounts(AccountStore(database), settings.session_hours),
        conversations=conversations,
        handoffs=handoffs,
        incidents=incidents,
        library=library,
        wakeups=wakeups,
    )
