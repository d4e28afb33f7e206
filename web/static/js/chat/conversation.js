// One conversation: sending once and only once, resuming, and the live connection while an officer is involved.

import { el, randomId } from "../dom.js";
import { handoffState, handoffText, isLive } from "./handoff.js";
import { listen } from "./stream.js";
import { asText, saveFile } from "./transcript.js";

const TYPING_AFTER = 300;

export class Conversation {
  constructor({ settings, renderer, memory, log, page, api }) {
    Object.assign(this, { settings, renderer, memory, log, page, api });
    this.handoff = { state: "none" };
    this.queue = Promise.resolve();
    this.stream = null;
    this.language = "";
  }

  /** After a reload: what was not sent goes first, then the stored conversation is shown. */
  async resume() {
    const shown = this.settings.conversation;
    if (shown && !this.memory.conversation) this.memory.conversation = shown;
    // The page came with another conversation than the one that this browser goes on with.
    if (shown && shown.id !== this.memory.conversation.id) this.log.clear();
    if (!this.memory.conversation) return;
    for (const item of this.memory.outbox) await this.api.say(this.memory.conversation, item.text, item.id).then(
      () => this.memory.drop(item.id),
      () => {},
    );
    await this.refresh({ scroll: false });
    for (const item of this.memory.outbox) this.failed(item, new this.api.ApiError("offline"));
    const last = this.log.list.lastElementChild;
    if (!this.log.empty) this.log.show(last);
  }

  send(text) {
    const item = { id: randomId(), text };
    this.memory.keep(item);
    this.log.addOwn(item, this.language || this.settings.language).classList.add("sending");
    this.page("starters")?.setAttribute("hidden", "");
    return this.deliver(item);
  }

  /** Messages go one after the other; the same item may be delivered again, the server stores it once. */
  deliver(item) {
    this.queue = this.queue.then(async () => {
      const typing = isLive(this.handoff.state) ? null : this.showTyping();
      try {
        const said = await this.api.say(await this.ensure(), item.text, item.id);
        this.delivered(item, said);
      } catch (error) {
        this.failed(item, error);
      } finally {
        typing?.();
      }
    });
    return this.queue;
  }

  delivered(item, said) {
    this.memory.drop(item.id);
    const own = this.log.addOwn(item);
    this.log.stored(own, { id: said.message_id, sequence: said.sequence });
    if (said.outcome) {
      const created = said.created_at ?? new Date().toISOString();
      this.log.add({ id: said.reply_id, sequence: said.sequence + 1, author: "assistant", text: said.text, language: said.language, created_at: created, reply: said });
      this.noteLanguage(said.language);
    }
    const state = handoffState(said.handoff).state;
    if (isLive(state) && !isLive(this.handoff.state)) this.refresh();
  }

  failed(item, error) {
    if (error.kind === "gone") {
      this.memory.conversation = null;
      this.announce(this.renderer.say("error_gone"));
      this.deliver(item);
      return;
    }
    const node = this.log.addOwn(item);
    // The live connection, or the page itself, brought it meanwhile: it was stored, only the answer got lost.
    if (node.dataset.id) {
      this.memory.drop(item.id);
      return;
    }
    node.classList.remove("sending");
    node.classList.add("failed");
    node.querySelector(".failure")?.remove();
    node.append(this.renderer.failure(error.kind, () => this.retry(item, node)));
    if (error.kind === "refused") this.memory.drop(item.id);
  }

  retry(item, node) {
    node.classList.remove("failed");
    node.classList.add("sending");
    node.querySelector(".failure")?.remove();
    this.deliver(item);
  }

  /** The conversation, started with the first message. */
  async ensure() {
    if (!this.memory.conversation) {
      const channel = this.settings.embed ? "widget" : "web";
      const started = await this.api.start(this.settings.language, channel);
      this.memory.conversation = { id: started.id, token: started.token };
      if (this.language) await this.api.setLanguage(this.memory.conversation, this.language);
    }
    return this.memory.conversation;
  }

  /** Show what the server holds, and go live if an officer is involved. */
  async refresh(options) {
    try {
      const stored = await this.api.load(this.memory.conversation);
      for (const message of stored.messages) {
        this.log.add(message, options);
        if (message.client_message_id) this.memory.drop(message.client_message_id);
      }
      this.page("starters")?.toggleAttribute("hidden", !this.log.empty);
      const spoken = stored.messages.findLast((message) => message.author === "assistant");
      this.noteLanguage(spoken?.language);
      this.setHandoff({ ...handoffState(stored.handoff), position: stored.position }, stored.last_event_id);
    } catch (error) {
      if (error.kind === "gone") this.forget();
      else this.announce(this.renderer.say("error_reconnecting"));
    }
  }

  setHandoff(handoff, lastEventId) {
    this.handoff = { ...this.handoff, ...handoff };
    const text = handoffText(this.renderer, this.handoff);
    this.announce(text, handoff.state);
    if (isLive(handoff.state) && !this.stream) this.goLive(lastEventId);
    if (!isLive(handoff.state)) this.stopLive();
  }

  goLive(lastEventId) {
    this.stream = listen(this.memory.conversation, lastEventId, {
      onEvent: (name, data) => {
        if (name === "message") this.log.add(data);
        if (name === "handoff") this.setHandoff(handoffState(data));
      },
      onTrouble: (lost) => this.announce(lost ? this.renderer.say("error_reconnecting") : handoffText(this.renderer, this.handoff), this.handoff.state),
      onGone: () => this.forget(),
    });
  }

  stopLive() {
    this.stream?.stop();
    this.stream = null;
  }

  async askOfficer(contact) {
    try {
      await this.api.askOfficer(await this.ensure(), contact, true);
      await this.refresh();
    } catch (error) {
      this.announce(this.renderer.say(error.kind === "offline" ? "error_reconnecting" : "error_feedback"));
    }
  }

  async rate(messageId, helpful, reason) {
    return this.api.rate(this.memory.conversation, messageId, helpful, reason).then(
      () => true,
      () => false,
    );
  }

  /** "" means: detect it from what is written. */
  async chooseLanguage(language) {
    this.language = language;
    if (!language || !this.memory.conversation) return;
    await this.api.setLanguage(this.memory.conversation, language).catch(() => this.announce(this.renderer.say("error_feedback")));
  }

  /** Show the detected language, and offer the page in it. */
  noteLanguage(language) {
    const name = this.settings.languages[language];
    if (!name) return;
    const detect = this.page("reply-language").options[0];
    detect.textContent = this.renderer.say("detected_language", { name });
    const link = this.page("page-language");
    link.hidden = language === this.settings.language;
    link.lang = language;
    link.textContent = name;
    link.href = `?lang=${language}${this.settings.embed ? "&embed=1" : ""}`;
  }

  async download() {
    const messages = this.memory.conversation ? (await this.api.load(this.memory.conversation)).messages : [];
    saveFile("conversation.txt", asText(this.renderer, this.settings.site, messages));
  }

  async remove() {
    try {
      if (this.memory.conversation) await this.api.remove(this.memory.conversation);
    } catch (error) {
      if (error.kind !== "gone") return this.announce(this.renderer.say("error_feedback"));
    }
    this.forget();
    return this.announce(this.renderer.say("deleted"));
  }

  forget() {
    this.stopLive();
    this.memory.forget();
    this.handoff = { state: "none" };
    this.log.clear();
    this.page("starters")?.removeAttribute("hidden");
  }

  announce(text, state = "none") {
    const box = this.page("status");
    box.className = `status ${state}`;
    if (box.textContent.trim() === text) return;
    box.replaceChildren(...(text ? [el("p", {}, text)] : []));
  }

  /** Only when the answer takes a moment; gives the function that hides it again. */
  showTyping() {
    const typing = this.page("typing");
    const timer = setTimeout(() => typing.removeAttribute("hidden"), TYPING_AFTER);
    return () => {
      clearTimeout(timer);
      typing.setAttribute("hidden", "");
    };
  }
}
