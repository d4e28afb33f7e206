"""How times, languages, telephone numbers and addresses are written on pages."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from urllib.parse import quote, urlencode

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta

from assistant.types import Citation, Part

# Languages whose plain code would bring the habits of another continent.
_REGIONS = {"en": "en_GB", "pt": "pt_PT"}
_YEAR = re.compile(r",?(\s*'de')?\s*y+(\s*'р'\.?)?")
_PHONE = re.compile(r"\+?\d[\d\s-]*\d")


def locale_of(language: str) -> Locale:
    return Locale.parse(_REGIONS.get(language, language))


def own_name(code: str) -> str:
    """A language's name in itself, with a capital: Polski."""
    name = Locale.parse(code).get_display_name(code) or code
    return name[:1].upper() + name[1:]


def language_name(code: str, language: str) -> str:
    """The name of `code` in `language`: Polish."""
    return Locale.parse(code).get_language_name(language) or code


def direction(language: str) -> str:
    return "rtl" if locale_of(language).text_direction == "rtl" else "ltr"


def day(value: str | date, language: str) -> str:
    """A date in words; text is read as ISO 8601."""
    when = value if isinstance(value, date) else datetime.fromisoformat(value).date()
    return format_date(when, "long", locale=locale_of(language))


def weekday_and_time(value: datetime, language: str) -> str:
    """Monday 23 November, 08:00, as the language orders it; the time is local to `value`."""
    locale = locale_of(language)
    # Babel's skeletons shorten weekdays; the full date without its year does not.
    pattern = _YEAR.sub("", locale.date_formats["full"].pattern)
    return f"{format_date(value, pattern, locale=locale)}, {clock(value, language)}"


def clock(value: datetime, language: str) -> str:
    return format_time(value.timetz(), "short", locale=locale_of(language))


def duration(length: timedelta, language: str) -> str:
    """12 minutes; never less than one minute."""
    return format_timedelta(max(length, timedelta(minutes=1)), granularity="minute", locale=locale_of(language))


def phone(text: str) -> str:
    """What a `tel:` link dials: the first number in the text without spaces, or nothing."""
    found = _PHONE.search(text)
    return re.sub(r"[\s-]", "", found.group()) if found else ""


def grouped(parts: Sequence[Part]) -> list[tuple[str, list[Part]]]:
    """Neighbours of one kind together: steps become one list, sentences one paragraph.

    Items that carry their own numbers become steps, so that the list numbers them.
    """
    groups = [(kind, list(group)) for kind, group in groupby(parts, key=lambda part: part.kind)]
    return [("step", _unnumbered(group)) if _numbered(kind, group) else (kind, group) for kind, group in groups]


def _numbered(kind: str, group: list[Part]) -> bool:
    return kind == "item" and all(part.text.startswith(f"{number}. ") for number, part in enumerate(group, 1))


def _unnumbered(group: list[Part]) -> list[Part]:
    return [part.model_copy(update={"text": part.text.partition(" ")[2]}) for part in group]


def source_url(citation: Citation, language: str) -> str:
    """The page that shows the cited sentence in its article."""
    query = urlencode({"version": citation.version, "start": citation.start, "end": citation.end, "lang": language})
    return f"/sources/{quote(citation.article, safe='')}?{query}#quote"
