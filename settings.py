"""Settings from environment variables `KOBAN_*` and a `.env` file. Every one is documented in docs/settings.md."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent


class Settings(BaseSettings):
    """What a deployment can choose. Nothing here is read at import: call `Settings()`."""

    model_config = SettingsConfigDict(env_prefix="KOBAN_", env_file=".env", extra="ignore", frozen=True)

    site: str = Field("nadrzecze", description="Folder below sites/ (or below KOBAN_SITES_DIR) to serve.")
    sites_dir: Path = Field(ROOT / "sites", description="Where the site folders lie.")
    data_dir: Path = Field(Path("data"), description="Database, vector index and lock of this installation.")
    database_url: str = Field("", description="SQLAlchemy URL; empty means SQLite in the data folder.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged.")
    secure_cookies: bool = Field(False, description="Mark staff cookies Secure; set it wherever HTTPS is used.")
    session_hours: int = Field(12, ge=1, le=72, description="How long a staff session lasts.")
    widget_origins: list[str] = Field(
        default_factory=list, description="Origins, as a JSON list, that may embed the widget, beside the site's."
    )
    assistant_enabled: bool = Field(
        True, description="Kill switch: off means that every message goes straight to an officer."
    )

    embedding_model: str = Field(
        "",
        description="Name or path of a sentence-transformers model, or all-MiniLM-L6-v2 for the one that comes by"
        " wheel; empty means the project's own, which crosses ten languages.",
    )
    embedding_query_prefix: str = Field("", description="Put before questions, as the model's card asks.")
    embedding_passage_prefix: str = Field("", description="Put before passages, as the model's card asks.")
    embedding_languages: str = Field(
        "", description="Languages the model speaks, such as 'en,nl'; empty means en for all-MiniLM-L6-v2, else all."
    )
    vector_store: Literal["chroma", "none"] = Field("chroma", description="Where vectors are kept.")
    torch_threads: int = Field(1, ge=1, le=64, description="Threads that one embedding may use.")

    llm_base_url: str = Field("", description="OpenAI-compatible endpoint; empty means extractive answers only.")
    llm_model: str = Field("", description="Model name at that endpoint.")
    llm_api_key: SecretStr = Field(SecretStr(""), description="Key for that endpoint.")
    llm_timeout_seconds: float = Field(20.0, gt=0, description="After this the extractive answer is given.")
    llm_max_tokens: int = Field(700, ge=50, description="Longest completion asked for.")

    max_message_characters: int = Field(4000, ge=100, description="Longest message a resident may send.")
    max_body_bytes: int = Field(65_536, ge=1024, description="Largest request body outside uploads.")
    messages_per_minute: int = Field(60, ge=1, description="Messages one conversation may send in a minute.")
    conversations_per_minute: int = Field(
        600, ge=1, description="New conversations one client address may open in a minute."
    )

    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'koban.sqlite'}"
