// Server-sent events over fetch, because EventSource cannot send the conversation's token.
// Resumes with Last-Event-ID and waits longer after each failure.

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/** Split a growing text into events; `push` gives the complete ones. */
export function parser() {
  let rest = "";
  return {
    push(text) {
      rest += text.replace(/\r\n?/g, "\n");
      const blocks = rest.split("\n\n");
      rest = blocks.pop();
      return blocks.map(parseEvent).filter((event) => event.data !== "");
    },
  };
}

function parseEvent(block) {
  const event = { id: null, name: "message", data: "" };
  for (const line of block.split("\n")) {
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (field === "id") event.id = value;
    else if (field === "event") event.name = value;
    else if (field === "data") event.data += (event.data ? "\n" : "") + value;
  }
  return event;
}

/** Listen until `stop()`; `onTrouble(true)` when the connection is lost, `onTrouble(false)` when it is back. */
export function listen({ id, token }, lastEventId, { onEvent, onTrouble, onGone }) {
  const ending = new AbortController();
  let last = lastEventId ?? 0;
  let wait = FIRST_WAIT;

  async function once() {
    const response = await fetch(`/api/v1/conversations/${id}/events`, {
      headers: { Accept: "text/event-stream", Authorization: `Bearer ${token}`, "Last-Event-ID": String(last) },
      signal: ending.signal,
      credentials: "omit",
      cache: "no-store",
    });
    if (response.status === 404) {
      ending.abort();
      onGone();
      return;
    }
    if (!response.ok) throw new Error(`status ${response.status}`);
    wait = FIRST_WAIT;
    onTrouble(false);
    await read(response.body);
  }

  async function read(body) {
    const events = parser();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const event of events.push(decoder.decode(value, { stream: true }))) {
        if (event.id !== null) last = event.id;
        onEvent(event.name, JSON.parse(event.data));
      }
    }
  }

  async function forever() {
    while (!ending.signal.aborted) {
      try {
        await once();
      } catch {
        if (ending.signal.aborted) return;
        onTrouble(true);
      }
      if (ending.signal.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, wait * (0.75 + Math.random() / 2)));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
  }

  forever();
  return { stop: () => ending.abort() };
}
