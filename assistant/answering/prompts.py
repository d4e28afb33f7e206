"""Prompts as data: prompts/<name>.yaml, checked against a schema when the service starts."""

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

PROMPTS_FOLDER = Path(__file__).resolve().parent.parent.parent / "prompts"


class PromptInvalid(Exception):
    """A prompt file cannot be used; the message names file and reason."""


class Prompt(BaseModel):
    """A system and a user text with `{variables}`, and the version that runs are labelled with."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str = Field(min_length=1)
    system: str = Field(min_length=1)
    user: str = Field(min_length=1)


def load_prompt(name: str, folder: Path = PROMPTS_FOLDER) -> Prompt:
    """Read prompts/<name>.yaml. Raises PromptInvalid."""
    path = folder / f"{name}.yaml"
    try:
        return Prompt.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValueError) as error:
        raise PromptInvalid(f"{path}: {error}") from error
