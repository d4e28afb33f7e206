"""Simulated residents: each holds a stored conversation over HTTP, asks, reports, and sometimes sends twice."""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

MESSAGES_PER_CONVERSATION = 12
REPORT_EVERY = 6
TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Script:
    """What residents say: (language, question) and (language, the messages of a report); `twice` is how often they
    send a message twice at once."""

    questions: Sequence[tuple[str, str]]
    reports: Sequence[tuple[str, Sequence[str]]]
    twice: float = 0.05


@dataclass(slots=True)
class Talk:
    """One conversation as its resident remembers it: client ids that were sent, and what was acknowledged."""

    id: str
    token: str
    sent: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Load:
    """What one level of concurrency brought."""

    concurrency: int
    seconds: float = 0.0
    enquiry_ms: list[float] = field(default_factory=list)
    other_ms: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    sent_twice: int = 0
    lost: int = 0
    doubled: int = 0
    talks: list[Talk] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return len(self.enquiry_ms) + len(self.other_ms)


async def drive(url: str, script: Script, concurrency: int, seconds: float, seed: int = 7) -> Load:
    """Let `concurrency` residents talk for `seconds`, then compare what they remember with what is stored."""
    load = Load(concurrency)
    limits = httpx.Limits(max_connections=concurrency + 2, max_keepalive_connections=concurrency + 2)
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT, limits=limits, trust_env=False) as client:
        began = time.perf_counter()
        until = began + seconds
        await asyncio.gather(
            *(_Resident(client, script, load, until, random.Random(f"{seed}-{n}")).live() for n in range(concurrency))  # noqa: S311
        )
        load.seconds = time.perf_counter() - began
        for talk in load.talks:
            await _compare(client, talk, load)
    return load


class _Resident:
    """Goes from conversation to conversation until the time is up."""

    def __init__(
        self, client: httpx.AsyncClient, script: Script, load: Load, until: float, chance: random.Random
    ) -> None:
        self._client = client
        self._script = script
        self._load = load
        self._until = until
        self._chance = chance

    async def live(self) -> None:
        for number in itertools.count(self._chance.randrange(REPORT_EVERY)):
            if time.perf_counter() >= self._until:
                return
            reporting = number % REPORT_EVERY == 0
            try:
                await self._talk(reporting)
            except httpx.HTTPError as error:
                self._load.errors[type(error).__name__] += 1

    async def _talk(self, reporting: bool) -> None:
        language, words = self._words(reporting)
        response = await self._client.post("/api/v1/conversations", json={"language": language})
        if response.status_code != 201:
            self._load.errors[f"start {response.status_code}"] += 1
            return
        started = response.json()
        talk = Talk(started["id"], started["token"])
        self._load.talks.append(talk)
        for number, text in enumerate(words):
            if time.perf_counter() >= self._until:
                return
            await self._say(talk, text, f"m{number}", self._load.other_ms if reporting else self._load.enquiry_ms)

    def _words(self, reporting: bool) -> tuple[str, Iterator[str]]:
        if reporting and self._script.reports:
            language, words = self._chance.choice(self._script.reports)
            return language, iter(words)
        language = self._chance.choice(sorted({code for code, _ in self._script.questions}))
        own = [text for code, text in self._script.questions if code == language]
        return language, (self._chance.choice(own) for _ in range(MESSAGES_PER_CONVERSATION))

    async def _say(self, talk: Talk, text: str, client_id: str, timings: list[float]) -> None:
        talk.sent.append(client_id)
        request = {"text": text, "client_message_id": client_id}
        began = time.perf_counter()
        if self._chance.random() < self._script.twice:
            first, second = await asyncio.gather(self._post(talk, request), self._post(talk, request))
            self._load.sent_twice += 1
            # The same message twice is one message and the same reply, also when both arrive at once.
            if first and second and first["reply_id"] != second["reply_id"]:
                self._load.doubled += 1
            body = first
        else:
            body = await self._post(talk, request)
            timings.append((time.perf_counter() - began) * 1000)
        if body:
            talk.messages.append(body["message_id"])
            talk.replies += [body["reply_id"]] if body["reply_id"] else []
            self._load.outcomes[str(body["outcome"])] += 1

    async def _post(self, talk: Talk, request: dict[str, str]) -> dict[str, Any] | None:
        response = await self._client.post(
            f"/api/v1/conversations/{talk.id}/messages",
            json=request,
            headers={"authorization": f"Bearer {talk.token}"},
        )
        if response.status_code != 200:
            self._load.errors[f"message {response.status_code}"] += 1
            return None
        body: dict[str, Any] = response.json()
        return body


async def _compare(client: httpx.AsyncClient, talk: Talk, load: Load) -> None:
    """Acknowledged but not stored is lost; stored more often than sent is doubled."""
    headers = {"authorization": f"Bearer {talk.token}"}
    response = await client.get(f"/api/v1/conversations/{talk.id}", headers=headers)
    if response.status_code != 200:
        load.errors[f"transcript {response.status_code}"] += 1
        load.lost += len(talk.messages)
        return
    stored = response.json()["messages"]
    ids = Counter(message["id"] for message in stored)
    load.lost += sum(ids[identifier] == 0 for identifier in {*talk.messages, *talk.replies})
    said = sum(message["author"] == "resident" for message in stored)
    load.doubled += max(0, said - len(talk.sent))
