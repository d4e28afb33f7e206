// The resident's side of the HTTP API.

/** A call that failed. `kind`: offline, busy, gone, refused or server. */
export class ApiError extends Error {
  constructor(kind, detail = "") {
    super(detail || kind);
    this.kind = kind;
    this.detail = detail;
  }
}

const KINDS = { 404: "gone", 410: "gone", 429: "busy", 400: "refused", 409: "refused", 413: "refused", 422: "refused" };
const PATIENCE = 45_000;

async function call(method, path, { token, body } = {}) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(`/api/v1/conversations${path}`, {
      method,
      headers,
      body: body ? JSON.stringify(body) : undefined,
      signal: AbortSignal.timeout(PATIENCE),
      credentials: "omit",
    });
  } catch {
    throw new ApiError("offline");
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new ApiError(KINDS[response.status] ?? "server", problem.detail ?? "");
  }
  return response.status === 204 ? null : response.json();
}

export const start = (language, channel) => call("POST", "", { body: { language, channel } });

/** Gives the reply with `message_id` (the resident's), `reply_id` and `sequence` (of the resident's message). */
export const say = ({ id, token }, text, clientMessageId) =>
  call("POST", `/${id}/messages`, { token, body: { text, client_message_id: clientMessageId } });

export const load = ({ id, token }) => call("GET", `/${id}`, { token });

export const askOfficer = ({ id, token }, contact, consent) =>
  call("POST", `/${id}/handoff`, { token, body: { contact: contact || null, consent } });

export const setLanguage = ({ id, token }, language) => call("POST", `/${id}/language`, { token, body: { language } });

export const rate = ({ id, token }, messageId, helpful, reason) =>
  call("POST", `/${id}/feedback`, { token, body: { message_id: messageId, helpful, reason: reason || null } });

export const remove = ({ id, token }) => call("DELETE", `/${id}`, { token });
