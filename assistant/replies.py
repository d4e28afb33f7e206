"""Every word that a person reads, from the gettext catalogues below locales/ (domains `replies` and `web`)."""

import gettext
import io
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES_FOLDER = Path(__file__).resolve().parent.parent / "locales"
DOMAINS = ("replies", "web")


class WordingMissing(Exception):
    """A catalogue or a key is missing; the message says where to add it."""


@dataclass(frozen=True, slots=True)
class Locales:
    """The catalogues of all languages. A key that a language lacks falls back to English, never to the bare key."""

    catalogues: dict[tuple[str, str], gettext.GNUTranslations] = field(repr=False)
    languages: tuple[str, ...]

    def gettext(self, language: str, domain: str, key: str, **variables: object) -> str:
        """The text of `key` with `{variables}` filled in. Raises WordingMissing for an unknown key."""
        return self._find(language, domain, key, None).format(**variables)

    def ngettext(self, language: str, domain: str, key: str, count: int, **variables: object) -> str:
        """The plural form of `key` that `count` asks for; `{count}` is filled in."""
        return self._find(language, domain, key, count).format(count=count, **variables)

    def _find(self, language: str, domain: str, key: str, count: int | None) -> str:
        for candidate in (language, "en"):
            catalogue = self.catalogues.get((candidate, domain))
            if catalogue is None:
                continue
            text = catalogue.gettext(key) if count is None else catalogue.ngettext(key, key, count)
            if text != key:
                return text
        raise WordingMissing(f"no text {key!r} in locales/en/LC_MESSAGES/{domain}.po: add it there")

    def negotiate(self, accept_language: str, available: Sequence[str]) -> str | None:
        """The language of `available` that an Accept-Language header likes best."""
        wanted = [part.split(";")[0].strip().replace("-", "_") for part in accept_language.split(",")]
        found = negotiate_locale([tag for tag in wanted if tag], available, sep="_")
        return found.split("_")[0] if found else None


def load_locales(folder: Path = LOCALES_FOLDER, domains: Iterable[str] = DOMAINS) -> Locales:
    """Read every catalogue, compiled beside its source the first time."""
    catalogues = {
        (path.parent.parent.name, domain): _catalogue(path)
        for domain in domains
        for path in sorted(folder.glob(f"*/LC_MESSAGES/{domain}.po"))
    }
    return Locales(catalogues, tuple(sorted({language for language, _ in catalogues})))


def _catalogue(source: Path) -> gettext.GNUTranslations:
    compiled = source.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns:
        content = _compile(source)
        with suppress(OSError):  # a read-only installation compiles at every start instead
            partial = compiled.with_suffix(f".{os.getpid()}.part")
            partial.write_bytes(content)
            partial.replace(compiled)
        return gettext.GNUTranslations(io.BytesIO(content))
    with compiled.open("rb") as file:
        return gettext.GNUTranslations(file)


def _compile(source: Path) -> bytes:
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    return compiled.getvalue()
