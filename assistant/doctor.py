"""`koban doctor`: what is wrong with this installation, and how to mend it. It changes nothing."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx
from babel.messages.pofile import read_po

from assistant.bootstrap import Tools
from assistant.emergency import RULES_FOLDER, DangerRules
from assistant.replies import DOMAINS, LOCALES_FOLDER
from assistant.reporting.category import Categories
from assistant.routing import Router
from knowledge_base.embedding import OWN_FOLDER, OWN_MODEL, WHEEL_MODEL, EmbeddingUnavailable, check_sums, wheel_folder
from settings import Settings
from sites import Site, SiteInvalid, load_site
from storage import migrate
from storage.accounts import AccountStore
from storage.articles import ArticleStore, ModelStamp, VectorsOfAnotherModel
from storage.backup import faults_of
from storage.database import Database, DatabaseUnavailable, DataFolderInUse, lock_data_folder

LITTLE_SPACE = 1_000_000_000
NO_SPACE = 100_000_000
ENDPOINT_SECONDS = 5.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")
Verdict = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check; `remedy` says what to do unless it is ok."""

    check: str
    verdict: Verdict
    detail: str
    remedy: str = ""


def examine(settings: Settings, tools: Tools | None = None) -> list[Finding]:
    """All checks, in the order in which things depend on each other. `tools` are what is loaded already."""
    findings = [_data_folder(settings), _disk(settings), _owner(settings)]
    findings += _site_checks(settings, tools)
    findings += _database_checks(settings)
    findings += [_model(settings), _classifiers(tools), _endpoint(settings), _cookies(settings)]
    return findings


def _data_folder(settings: Settings) -> Finding:
    folder = settings.data_dir.resolve()
    if not folder.exists():
        return Finding("data folder", "warning", f"{folder} does not exist yet", "`koban serve` makes it")
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Finding("data folder", "ok", f"{folder} can be written")
    except OSError as error:
        remedy = "give the user that runs koban the right to write there, or set KOBAN_DATA_DIR"
        return Finding("data folder", "wrong", f"{folder}: {error.strerror}", remedy)


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir.resolve()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    detail = f"{free / 1e9:.1f} GB free"
    if free < NO_SPACE:
        return Finding("disk", "wrong", detail, "free some space: messages can soon no longer be stored")
    if free < LITTLE_SPACE:
        return Finding("disk", "warning", detail, "free some space soon")
    return Finding("disk", "ok", detail)


def _owner(settings: Settings) -> Finding:
    if not settings.data_dir.is_dir():
        return Finding("server", "ok", "none is running on this data folder")
    try:
        lock_data_folder(settings.data_dir).close()
    except DataFolderInUse as error:
        return Finding("server", "ok", f"one is running: {error}".partition(":")[0])
    except OSError as error:
        return Finding("server", "wrong", f"the lock cannot be opened: {error.strerror}", "see the data folder above")
    return Finding("server", "ok", "none is running on this data folder")


def _site_checks(settings: Settings, tools: Tools | None) -> Iterator[Finding]:
    try:
        site = load_site(settings.sites_dir, settings.site)
    except SiteInvalid as error:
        yield Finding("site", "wrong", str(error), "mend that file, or set KOBAN_SITE")
        return
    yield Finding("site", "ok", f"{site.id}: {len(site.areas)} areas, {len(site.languages)} languages")
    yield _locales(site)
    yield _danger_rules(site, tools.danger if tools else DangerRules(RULES_FOLDER))


def _locales(site: Site) -> Finding:
    """Every language of the site says everything that English says."""
    missing = []
    for domain in DOMAINS:
        english = _keys("en", domain)
        for language in site.languages:
            if gaps := sorted(english - _keys(language, domain)):
                missing.append(f"{language}/{domain}.po lacks {len(gaps)} texts, such as {gaps[0]}")
    if missing:
        return Finding("locales", "wrong", "; ".join(missing), "add them; until then these appear in English")
    return Finding("locales", "ok", f"complete in {', '.join(site.languages)}")


def _keys(language: str, domain: str) -> set[str]:
    path = LOCALES_FOLDER / language / "LC_MESSAGES" / f"{domain}.po"
    if not path.is_file():
        return set()
    with path.open("rb") as file:
        messages = [message for message in read_po(file, locale=language) if message.id and message.string]
    return {str(message.id[0] if isinstance(message.id, list | tuple) else message.id) for message in messages}


def _danger_rules(site: Site, rules: DangerRules) -> Finding:
    missing = sorted(set(site.languages) - set(rules.languages))
    if missing:
        detail = f"no rules for {', '.join(missing)}"
        return Finding("danger rules", "wrong", detail, f"add the files to {RULES_FOLDER}")
    return _attempt("danger rules", rules.ready, f"readable in {len(rules.languages)} languages", "mend that file")


def _database_checks(settings: Settings) -> Iterator[Finding]:
    if not settings.database_url and not (settings.data_dir / "koban.sqlite").is_file():
        yield Finding("database", "warning", "there is none yet", "`koban serve` makes it")
        return
    if faults := faults_of(settings.database()):
        yield Finding("database", "wrong", f"it is damaged: {faults}", "stop the server and run `koban restore`")
        return
    database = Database(settings.database())
    try:
        database.check()
        yield from _open_database(settings, database)
    except DatabaseUnavailable as error:
        yield Finding("database", "wrong", str(error), "check KOBAN_DATABASE_URL, and whether its server runs")
    finally:
        database.close()


def _open_database(settings: Settings, database: Database) -> Iterator[Finding]:
    revision, latest = migrate.current(database), migrate.latest()
    if revision != latest:
        detail = f"schema {revision or 'none'}, this version needs {latest}"
        remedy = "run `koban migrate up`" if revision in {None, *migrate.revisions()} else "update koban"
        yield Finding("database", "wrong", detail, remedy)
        return
    yield Finding("database", "ok", f"whole, schema {revision}")
    yield _index(settings, ArticleStore(database, settings.site))
    yield _accounts(settings, AccountStore(database))


def _index(settings: Settings, store: ArticleStore) -> Finding:
    passages = store.passages()
    if not passages:
        return Finding("index", "warning", "no article can be found", "run `koban ingest FOLDER`")
    dimensions = {len(row.vector) // 4 if row.vector else 0 for row in passages}
    model = settings.embedding_model or OWN_MODEL
    try:
        store.check_stamp(ModelStamp(model, max(dimensions)))
    except VectorsOfAnotherModel as error:
        return Finding("index", "wrong", str(error), "run `koban index rebuild`")
    if len(dimensions) > 1:
        return Finding(
            "index", "wrong", "some passages have no vector of the others' size", "run `koban index rebuild`"
        )
    return Finding("index", "ok", f"{len(passages)} passages, vectors by {model}")


def _accounts(settings: Settings, store: AccountStore) -> Finding:
    active = [account for account in store.all(settings.site) if not account.disabled]
    if not active:
        return Finding("accounts", "warning", "nobody can sign in", "run `koban users add NAME --role administrator`")
    return Finding("accounts", "ok", f"{len(active)} can sign in")


def _model(settings: Settings) -> Finding:
    name = settings.embedding_model
    if name not in ("", WHEEL_MODEL):
        here = Path(name).is_dir()
        detail = f"{name} {'lies in its folder' if here else 'is no folder; it must be in the cache of models'}"
        remedy = "" if here else "set KOBAN_EMBEDDING_MODEL to the model's folder"
        return Finding("embedding model", "ok" if here else "warning", detail, remedy)
    try:
        if name:
            wheel_folder()
        else:
            check_sums(OWN_FOLDER)
    except EmbeddingUnavailable as error:
        return Finding("embedding model", "wrong", str(error), "until then search compares words only")
    return Finding("embedding model", "ok", f"{name or OWN_MODEL}, checksum as published")


def _classifiers(tools: Tools | None) -> Finding:
    def load() -> object:
        return tools or (Router(), Categories())

    return _attempt("classifiers", load, "readable", "restore assistant/training/ from the release")


def _attempt(check: str, action: Callable[[], object], good: str, remedy: str) -> Finding:
    """What loads without raising is well. The error is shown, since a broken file can raise anything."""
    try:
        action()
    except Exception as error:  # a doctor reports every failure instead of dying of it
        return Finding(check, "wrong", str(error), remedy)
    return Finding(check, "ok", good)


def _endpoint(settings: Settings) -> Finding:
    base = settings.llm_base_url.rstrip("/")
    if not base:
        return Finding("language model", "ok", "none configured: answers are extractive")
    key = settings.llm_api_key.get_secret_value()
    try:
        headers = {"authorization": f"Bearer {key}"} if key else {}
        response = httpx.get(f"{base}/models", headers=headers, timeout=ENDPOINT_SECONDS)
        response.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        remedy = "check KOBAN_LLM_BASE_URL and KOBAN_LLM_API_KEY; until then answers are extractive"
        return Finding("language model", "wrong", f"{base} does not answer: {error}", remedy)
    if settings.llm_model and f'"{settings.llm_model}"' not in response.text:
        return Finding(
            "language model", "warning", f"{base} does not list {settings.llm_model}", "check KOBAN_LLM_MODEL"
        )
    return Finding("language model", "ok", f"{base} answers")


def _cookies(settings: Settings) -> Finding:
    if settings.host not in LOOPBACK and not settings.secure_cookies:
        detail = f"listening on {settings.host} with cookies that travel over plain HTTP"
        return Finding("cookies", "warning", detail, "serve over HTTPS and set KOBAN_SECURE_COOKIES=true")
    return Finding("cookies", "ok", "as they should be")
