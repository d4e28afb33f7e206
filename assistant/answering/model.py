"""What the composer needs of a language model, whoever makes it. Adapters: assistant/models.py."""

from typing import Protocol


class ModelFailed(Exception):
    """The endpoint was slow, broken or endless; `kind` is `timeout` or `model`."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind


class ChatModel(Protocol):
    """Completes one exchange."""

    def complete(self, system: str, user: str, schema: dict[str, object]) -> str:
        """The model's text, asked to follow a JSON schema. Raises ModelFailed."""
        ...
