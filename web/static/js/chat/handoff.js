// What the resident is told about the officer: waiting, or with you.

/** The state as text, whichever shape it came in. */
export function handoffState(handoff) {
  if (!handoff) return { state: "none" };
  return typeof handoff === "string" ? { state: handoff } : handoff;
}

/** The line to show, or "" for nothing. */
export function handoffText(renderer, { state, position, officer_name: name }) {
  if (state === "queued") {
    return position ? renderer.say("queue_waiting", { position }) : renderer.say("queue_waiting_plain");
  }
  if (state === "held") return renderer.say("queue_held", { name: renderer.say("speaker_officer", { name: name ?? "" }).trim() });
  return "";
}

export const isLive = (state) => state === "queued" || state === "held";
