// Builds the same elements as web/templates/parts/messages.html, in the browser.

import { el, fill } from "../dom.js";

/** Only answers are rated; a question back or a warning is neither helpful nor not. */
const isAnswer = ({ author, reply }) => author === "assistant" && /^(un)?answer/.test(reply?.outcome ?? "");

/** Items that carry their own numbers become steps, so that the list numbers them. */
function withoutNumbers(group) {
  const numbered = group.kind === "item" && group.parts.every((part, index) => part.text.startsWith(`${index + 1}. `));
  if (!numbered) return group;
  return { kind: "step", parts: group.parts.map((part) => ({ ...part, text: part.text.replace(/^\d+\. /, "") })) };
}

/** `settings` holds texts, language, embed, languages and timeZone of the page. */
export class Renderer {
  constructor(settings) {
    this.settings = settings;
    this.texts = settings.texts;
    this.clock = new Intl.DateTimeFormat(settings.locale, { hour: "2-digit", minute: "2-digit", timeZone: settings.timeZone });
    this.names = new Intl.DisplayNames([settings.language], { type: "language" });
  }

  say(key, values) {
    return fill(this.texts[key], values);
  }

  message(message, { onRate } = {}) {
    const { author, reply } = message;
    const urgent = reply && ["emergency", "crisis"].includes(reply.outcome) ? ` ${reply.outcome}` : "";
    return el(
      "li",
      { class: `message ${author}${urgent}`, "data-id": message.id ?? null, "data-client": message.client_message_id ?? null, "data-sequence": message.sequence ?? null },
      el("p", { class: "who" }, this.speaker(message), " ", this.time(message.created_at)),
      el(
        "div",
        { class: "bubble", lang: reply?.language ?? message.language, dir: "auto" },
        reply?.parts?.length ? this.parts(reply) : el("p", { class: "plain" }, message.text),
        reply?.citations?.length ? this.sources(reply.citations) : null,
      ),
      isAnswer(message) && message.id && onRate ? this.feedback(message.id, onRate) : null,
    );
  }

  speaker({ author, officer_name: name }) {
    if (author === "resident") return this.say("speaker_you");
    if (author === "officer") return this.say("speaker_officer", { name: name ?? "" });
    return this.say(author === "system" ? "speaker_system" : "speaker_assistant");
  }

  time(iso) {
    const date = iso ? new Date(iso) : new Date();
    return el("time", { datetime: date.toISOString() }, this.clock.format(date));
  }

  /** Neighbouring steps become one numbered list, items one list, sentences one paragraph. */
  parts({ parts, citations }) {
    const groups = [];
    for (const part of parts) {
      const last = groups.at(-1);
      if (last && last.kind === part.kind) last.parts.push(part);
      else groups.push({ kind: part.kind, parts: [part] });
    }
    return groups.map((group) => this.group(withoutNumbers(group), citations));
  }

  group({ kind, parts }, citations) {
    const pieces = (part) => {
      const mark = this.cite(part.source, citations);
      return [el("span", {}, part.text), ...(mark ? ["\u00a0", mark] : [])];
    };
    if (kind === "step") return el("ol", { class: "steps" }, parts.map((part) => el("li", {}, ...pieces(part))));
    if (kind === "item") return el("ul", { class: "items" }, parts.map((part) => el("li", {}, ...pieces(part))));
    if (kind === "number") return el("p", { class: "calls" }, parts.map((part) => this.number(part.text)));
    if (kind === "heading") return el("p", { class: "part-heading" }, el("strong", {}, parts.map((part) => part.text).join(" ")));
    return el("p", { class: `part-${kind}` }, parts.flatMap((part) => [...pieces(part), " "]));
  }

  number(text) {
    const found = /\+?\d[\d\s-]*\d/.exec(text);
    if (!found) return text;
    return el("a", { class: "button call", href: `tel:${found[0].replace(/[\s-]/g, "")}` }, this.say("call_number", { number: text }));
  }

  cite(number, citations) {
    const citation = number ? citations.find((one) => one.number === number) : null;
    if (!citation) return null;
    const label = this.say("source_mark", { number, title: citation.title });
    return el("a", { class: "cite", href: this.sourceUrl(citation), "aria-label": label, ...this.newTab() }, `[${number}]`);
  }

  sources(citations) {
    const line = (citation) => {
      const updated = citation.updated ? ` · ${this.say("source_updated", { date: this.day(citation.updated) })}` : "";
      return el(
        "li",
        { value: citation.number },
        el("a", { href: this.sourceUrl(citation), lang: citation.language, ...this.newTab() }, citation.title),
        this.settings.embed ? el("span", { class: "hidden" }, ` ${this.say("opens_new_tab")}`) : null,
        el("span", { class: "source-facts" }, this.names.of(citation.language) + updated),
        el("q", { lang: citation.language }, citation.quote),
      );
    };
    const title = this.say("sources_title", { count: citations.length });
    return el("details", { class: "sources" }, el("summary", {}, title), el("ol", {}, citations.map(line)));
  }

  sourceUrl({ article, version, start, end }) {
    const query = new URLSearchParams({ version, start, end, lang: this.settings.language });
    return `/sources/${encodeURIComponent(article)}?${query}#quote`;
  }

  newTab() {
    return this.settings.embed ? { target: "_blank", rel: "noopener" } : {};
  }

  day(iso) {
    return new Intl.DateTimeFormat(this.settings.locale, { dateStyle: "long" }).format(new Date(`${iso.slice(0, 10)}T12:00:00`));
  }

  choices(reply, onChoose) {
    if (!reply?.choices?.length) return null;
    const button = ({ label, send }) => el("button", { class: "choice", type: "button", onclick: () => onChoose(send) }, label);
    return el("div", { class: "choices" }, reply.choices.map(button));
  }

  feedback(messageId, onRate) {
    const box = el("div", { class: "feedback" });
    const rate = async (helpful) => {
      const sent = await onRate(messageId, helpful, "");
      if (!sent) return box.replaceChildren(this.say("error_feedback"));
      if (helpful) return box.replaceChildren(this.say("feedback_thanks"));
      return box.replaceChildren(this.say("feedback_thanks"), this.reason(messageId, box, onRate));
    };
    const button = (key, helpful) =>
      el("button", { class: "quiet", type: "button", "aria-label": this.say(`${key}_label`), onclick: () => rate(helpful) }, this.say(key));
    box.append(el("span", {}, this.say("feedback_question")), button("feedback_yes", true), button("feedback_no", false));
    return box;
  }

  reason(messageId, box, onRate) {
    const id = `reason-${messageId}`;
    const input = el("input", { id, maxlength: 500 });
    const send = async (event) => {
      event.preventDefault();
      await onRate(messageId, false, input.value.trim());
      box.replaceChildren(this.say("feedback_thanks"));
    };
    queueMicrotask(() => input.focus());
    return el(
      "form",
      { class: "feedback-reason", onsubmit: send },
      el("label", { for: id }, this.say("feedback_reason")),
      input,
      el("button", { class: "button", type: "submit" }, this.say("feedback_send")),
    );
  }

  /** Under a message of the resident's that was not sent. */
  failure(kind, onRetry) {
    const texts = { offline: "error_offline", busy: "error_busy", refused: "error_empty" };
    const text = this.say(texts[kind] ?? "error_server");
    const retry = el("button", { class: "quiet", type: "button", onclick: onRetry }, this.say("try_again"));
    return el("p", { class: "failure", role: "alert" }, el("span", {}, text), retry);
  }
}
