"""Personal data in a message: found by pattern, check digit and context, and masked by kind.

Names, telephone numbers, e-mail addresses, national and identity-card numbers, plates and IBANs. Not personal data:
addresses of events, firms, reference, order, serial and frame numbers. The context words and first names are data of
all ten languages together. About 0.5 ms a message; text without digits, @ and capitals is cheaper.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType
from stdnum import iban as iban_number
from stdnum.be import nn
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.pt import cc
from stdnum.pt import nif as pt_nif
from stdnum.se import personnummer
from stdnum.ua import rntrc

from assistant.privacy_names import find_names
from assistant.privacy_words import near

HOMES = {
    "en": ("GB", "IE"),
    "nl": ("NL", "BE"),
    "fr": ("FR", "BE"),
    "de": ("DE", "AT", "BE"),
    "pl": ("PL",),
    "fi": ("FI",),
    "sv": ("SE", "FI"),
    "es": ("ES",),
    "pt": ("PT",),
    "uk": ("UA", "PL"),
}
_PUBLIC = {PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.PREMIUM_RATE}
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.\w{2,}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", re.IGNORECASE)
_BARE_ACCOUNT = re.compile(r"(?<!\d)\d{2}(?: ?\d{4}){6}(?!\d)")
_DIGITS = re.compile(r"(?<![\w-])\+?\(?\d(?:[ \u00a0().\-/]{0,2}\d){6,14}(?![\w-]|[.,:]\d)")
_CURRENCY = re.compile(r" ?(?:zl|zł|pln|eur|euro|€|\$|£|kr|sek|uah|грн|zloty)", re.IGNORECASE)
_ID = re.compile(
    r"(?<![\w-])[XYZ]?\d(?:[ .\-]?\d){5,11}[ \-+A-Y]{0,2}(?:\d{3})?[ \-]?[A-Z0-9]{0,4}(?!\w)", re.IGNORECASE
)
_CARD = re.compile(r"(?<![\w-])(?:[A-Z]{1,3} ?\d{5,9}[A-Z]?|\d{9}|[A-Z0-9]{2}\d{2}[A-Z0-9]{2,3}\d{2,3})(?!\w)")
_PLATES_STRICT = re.compile(
    r"(?<![\w-])(?:"
    r"\d{1,2}-[A-Z]{2,3}-\d{1,2}|[A-Z]{1,2}-\d{2,3}-[A-Z]{1,2}|[A-Z]{2}-[A-Z]{2}-\d{2}|\d{2}-\d{2}-[A-Z]{2}"
    r"|\d{2}-[A-Z]{2}-[A-Z]{2}|[A-Z]{3}-\d{2}-[A-Z]|[A-Z]-\d{2}-[A-Z]{3}|[1-9]-[A-Z]{3}-\d{3}"
    r"|[A-ZА-ЯІЇЄ]{2} ?\d{4} ?[A-ZА-ЯІЇЄ]{2}|\d{4} ?[BCDFGHJKLMNPRSTVWXYZ]{3}|[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} ?\d{1,4}[EH]?"
    r")(?![\w-])"
)
_PLATES_LOOSE = re.compile(
    r"(?<![\w-])(?:[A-Z]{1,3}[ -]?(?=[A-Z0-9]*\d)[A-Z0-9]{3,5}|[A-ZÅÄÖ]{3}[ -]?\d{2}[0-9A-Z]|[A-Z]{2}\d{2} ?[A-Z]{3}"
    r"|[A-ZÄÖÜ]{1,3} [A-Z]{1,2} ?\d{1,4})(?![\w-])"
)


@dataclass(frozen=True, slots=True)
class PersonalData:
    """`text == message[start:end]`; `kind` is name, phone, email, national_id, plate, iban or id_card."""

    kind: str
    text: str
    start: int
    end: int


def find_personal_data(text: str, language: str, country: str, public: Sequence[str] = ()) -> list[PersonalData]:
    """What identifies a person, in the order of the text. `public` numbers (112, a help line) never count."""
    found: list[PersonalData] = []
    for kind, finder in _FINDERS:
        for start, end in finder(text, language, country, public):
            if all(end <= other.start or start >= other.end for other in found):
                found.append(PersonalData(kind, text[start:end], start, end))
    return sorted(found, key=lambda item: item.start)


def mask(text: str, found: Sequence[PersonalData]) -> str:
    """`text` with a placeholder such as `[phone]` in place of each find."""
    pieces, at = [], 0
    for item in sorted(found, key=lambda data: data.start):
        pieces += [text[at : item.start], f"[{item.kind}]"]
        at = item.end
    return "".join([*pieces, text[at:]])


Spans = Iterator[tuple[int, int]]


def _emails(text: str, language: str, country: str, public: Sequence[str]) -> Spans:
    del language, country, public
    if "@" in text:
        yield from (match.span() for match in _EMAIL.finditer(text))


def _ibans(text: str, language: str, country: str, public: Sequence[str]) -> Spans:
    del language, public
    for match in _IBAN.finditer(text):
        if iban_number.is_valid(match[0]) or near("account", text, *match.span()):
            yield match.span()
    for match in _BARE_ACCOUNT.finditer(text):
        if iban_number.is_valid(country + match[0]):
            yield match.span()


_CHECKS: tuple[Callable[[str], bool], ...] = (
    pesel.is_valid,
    bsn.is_valid,
    hetu.is_valid,
    dni.is_valid,
    nie.is_valid,
    nn.is_valid,
    pt_nif.is_valid,
    cc.is_valid,
    personnummer.is_valid,
    rntrc.is_valid,
)


def _national_ids(text: str, language: str, country: str, public: Sequence[str]) -> Spans:
    """A number counts only if it passes its check and the words around it say so."""
    del language, country, public
    for match in _ID.finditer(text):
        start, end = match.start(), match.start() + len(match[0].rstrip(" -"))
        if near("national_id", text, start, end) and any(check(text[start:end]) for check in _CHECKS):
            yield start, end


def _cards(text: str, language: str, country: str, public: Sequence[str]) -> Spans:
    del language, country, public
    for match in _CARD.finditer(text):
        if near("id_card", text, *match.span()) and not near("reference", text, *match.span(), reach=14):
            yield match.span()


def _plates(text: str, language: str, country: str, public: Sequence[str]) -> Spans:
    del language, country, public
    for match in _PLATES_STRICT.finditer(text):
        if not near("reference", text, *match.span(), reach=20):
            yield match.span()
    for match in _PLATES_LOOSE.finditer(text):
        letters = sum(char.isalpha() for char in match[0])
        said = near("plate", text, *match.span()) or (letters > 1 and near("vehicle", text, *match.span(), reach=30))
        if said and not near("reference", text, *match.span(), reach=20):
            yield match.span()


def _phones(text: str, language: str, country: str, public: Sequence[str]) -> Spans:
    known = {re.sub(r"\D", "", number) for number in public}
    for match in _DIGITS.finditer(text):
        if re.sub(r"\D", "", match[0]) in known or _CURRENCY.match(text[match.end() :]):
            continue
        said = near("phone", text, *match.span(), reach=30)
        if near("reference", text, *match.span(), reach=30) and not said:
            continue
        if _is_phone(match[0], country, HOMES.get(language, ()), said):
            yield match.span()


def _is_phone(digits: str, country: str, homes: Sequence[str], said: bool) -> bool:
    """A valid number that is not a public one; numbers of other countries need a 0, a + or a word for it."""
    number = _parse(digits, country)
    if number and phonenumbers.is_valid_number(number):
        return phonenumbers.number_type(number) not in _PUBLIC
    if not (said or digits[0] in "+0("):
        return False
    numbers = [found for region in homes if (found := _parse(digits, region))]
    if any(phonenumbers.is_valid_number(found) for found in numbers):
        return all(phonenumbers.number_type(found) not in _PUBLIC for found in numbers)
    return said and len(re.sub(r"\D", "", digits)) >= 9 and any(map(phonenumbers.is_possible_number, numbers))


def _parse(digits: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None


def _names(text: str, language: str, country: str, public: Sequence[str]) -> Spans:
    del language, country, public
    yield from find_names(text)


# The surest first: what one finder took, the next leaves alone.
_FINDERS: tuple[tuple[str, Callable[[str, str, str, Sequence[str]], Spans]], ...] = (
    ("email", _emails),
    ("iban", _ibans),
    ("national_id", _national_ids),
    ("id_card", _cards),
    ("plate", _plates),
    ("phone", _phones),
    ("name", _names),
)
