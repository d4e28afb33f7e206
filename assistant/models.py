"""Adapters to language models: the only file that knows a vendor's client.

Any OpenAI-compatible endpoint serves (vLLM, Ollama, llama.cpp, a hosted one), through LangChain.
"""

import time
from collections.abc import Iterator

import httpx
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from openai import OpenAIError

from assistant.answering.model import ModelFailed
from settings import Settings

LONGEST_SILENCE_SECONDS = 10.0
MOST_RESPONSE_BYTES = 400_000


class OpenAICompatible:
    """LangChain's client with one deadline for the whole answer, so that a trickle of bytes cannot hold a thread."""

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings.llm_timeout_seconds
        silence = min(self._seconds, LONGEST_SILENCE_SECONDS)
        self._http = httpx.Client(transport=_DeadlineTransport(self._seconds), timeout=silence)
        self._model = ChatOpenAI(
            base_url=settings.llm_base_url,
            model=settings.llm_model or "default",
            api_key=settings.llm_api_key.get_secret_value() or "none",
            temperature=0,
            max_tokens=settings.llm_max_tokens,
            max_retries=0,
            http_client=self._http,
            http_async_client=None,
        )

    def complete(self, system: str, user: str, schema: dict[str, object]) -> str:
        """See ChatModel."""
        bound = self._model.bind(response_format={"type": "json_schema", "json_schema": schema})
        try:
            answer = bound.invoke([SystemMessage(system), HumanMessage(user)])
        except (httpx.TimeoutException, TimeoutError) as error:
            raise ModelFailed("timeout", str(error)) from error
        except OpenAIError as error:
            kind = "timeout" if "timed out" in str(error).lower() else "model"
            raise ModelFailed(kind, type(error).__name__) from error
        except (httpx.HTTPError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
            # The client library raises these when the endpoint speaks something else than the protocol.
            raise ModelFailed("model", type(error).__name__) from error
        if not isinstance(answer.content, str):
            raise ModelFailed("model", "the answer is not text")
        return answer.content

    def close(self) -> None:
        self._http.close()


class _DeadlineTransport(httpx.HTTPTransport):
    """Ends a response that lasts longer than `seconds` in all or grows past a limit."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        ends = time.monotonic() + self._seconds
        response = super().handle_request(request)
        if not isinstance(response.stream, httpx.SyncByteStream):
            return response
        response.stream = _BoundedStream(response.stream, ends, request)
        return response


class _BoundedStream(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, ends: float, request: httpx.Request) -> None:
        self._stream = stream
        self._ends = ends
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            if time.monotonic() > self._ends or size > MOST_RESPONSE_BYTES:
                raise httpx.ReadTimeout("the model's answer does not end", request=self._request)
            yield chunk

    def close(self) -> None:
        self._stream.close()
