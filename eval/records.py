"""Lines of evaluation data: read, checked whole, and refused by line number; written one at a time."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from sites.site import LANGUAGES


class DataRefused(Exception):
    """The data cannot be used; the message names file, line and what to mend."""


class PredictionsRefused(Exception):
    """The predictions do not belong to the data; the message says how they differ."""


def _language(value: str) -> str:
    code = value.strip().replace("_", "-").partition("-")[0].lower()
    if code not in LANGUAGES:
        raise ValueError(f"there is no language {value!r}: use one of {', '.join(LANGUAGES)}")
    return code


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


Language = Annotated[str, AfterValidator(_language)]
OptionalLanguage = Annotated[Language | None, BeforeValidator(_empty_is_none)]
RecordId = Annotated[str | int, Field(union_mode="left_to_right")]


class Record(BaseModel):
    """One line of data. Unknown keys are left alone: data sets carry notes of their own."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    id: RecordId
    text: str = ""
    lang: OptionalLanguage = None

    @property
    def key(self) -> str:
        """What joins data and predictions."""
        return str(self.id)


class Prediction(BaseModel):
    """One line of predictions."""

    model_config = ConfigDict(extra="allow", frozen=True)
    id: RecordId

    @property
    def key(self) -> str:
        return str(self.id)


Line = TypeVar("Line", bound=BaseModel)
DataLine = TypeVar("DataLine", bound=Record)
PredictionLine = TypeVar("PredictionLine", bound=Prediction)


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line numbers and objects of a JSON Lines file; blank lines are passed over. Raises DataRefused."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataRefused(f"{path} cannot be read: {error.strerror}") from error
    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not raw.strip():
            continue
        try:
            value = json.loads(raw.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise DataRefused(f"{path}, line {number}: not UTF-8: save the file as UTF-8") from error
        except json.JSONDecodeError as error:
            raise DataRefused(f"{path}, line {number}: not JSON: {error.msg} at column {error.colno}") from error
        if not isinstance(value, dict):
            raise DataRefused(f"{path}, line {number}: not an object: each line holds one {{...}}")
        yield number, value


def read_records(path: Path, model: type[DataLine]) -> list[DataLine]:
    """All records of a file. Raises DataRefused for a malformed line, an id given twice, or an empty file."""
    return unique(path, [(number, parse_line(path, number, value, model)) for number, value in read_lines(path)])


def parse_line(path: Path, number: int, value: Mapping[str, Any], model: type[Line]) -> Line:
    """One checked line. Raises DataRefused."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        wrong = "; ".join(f"{_place(item['loc'])}{item['msg']}" for item in error.errors()[:3])
        raise DataRefused(f"{path}, line {number}: {wrong}") from error


def _place(location: Sequence[str | int]) -> str:
    names = [str(part) for part in location if not (isinstance(part, str) and "[" in part)]
    return f"{'.'.join(names)}: " if names else ""


def unique(path: Path, numbered: Sequence[tuple[int, DataLine]]) -> list[DataLine]:
    """The records without their line numbers. Raises DataRefused when an id comes twice or there are none."""
    seen: dict[str, int] = {}
    for number, record in numbered:
        if record.key in seen:
            raise DataRefused(f"{path}, line {number}: the id {record.key!r} stands in line {seen[record.key]} too")
        seen[record.key] = number
    if not numbered:
        raise DataRefused(f"{path} holds no records")
    return [record for _, record in numbered]


def read_predictions(
    path: Path, model: type[PredictionLine], identity: str, records: Sequence[Record]
) -> dict[str, PredictionLine]:
    """Predictions by the key of their record. `identity` is the field that names it; a summary line is passed over.

    Raises PredictionsRefused when they are of other data, incomplete, or of another task.
    """
    found: dict[str, PredictionLine] = {}
    for number, value in read_lines(path):
        if set(value) == {"summary"}:
            continue
        try:
            prediction = parse_line(path, number, {**value, "id": value.get(identity)}, model)
        except DataRefused as error:
            raise PredictionsRefused(f"{error}: are these predictions of this task?") from error
        if prediction.key in found:
            raise PredictionsRefused(f"{path}, line {number}: a second prediction for {prediction.key!r}")
        found[prediction.key] = prediction
    _check_same(path, found, records)
    return found


def _check_same(path: Path, found: Mapping[str, Prediction], records: Sequence[Record]) -> None:
    keys = {record.key for record in records}
    strangers = sorted(set(found) - keys)
    missing = sorted(keys - set(found))
    if strangers:
        raise PredictionsRefused(
            f"{path} holds {len(strangers)} predictions for ids that the data lacks, such as {strangers[0]!r}:"
            " they were made from other data"
        )
    if missing:
        raise PredictionsRefused(
            f"{path} lacks predictions for {len(missing)} of {len(records)} records, such as {missing[0]!r}:"
            " run `koban eval generate` again"
        )


def line_writer(file: IO[bytes]) -> Callable[[Mapping[str, Any]], None]:
    """A function that writes one object as one line at once, so that an interrupted run keeps what it has."""

    def write(value: Mapping[str, Any]) -> None:
        text = json.dumps(value, ensure_ascii=False)
        # Half of a surrogate pair has no UTF-8; its JSON escape does.
        file.write(text.encode("utf-8", "backslashreplace") + b"\n")
        file.flush()

    return write
