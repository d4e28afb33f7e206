// The list of messages on the page: adding, matching with what the server stored, scrolling.

/** Knows every message by its id, so that nothing appears twice, however it arrives. */
export class Log {
  constructor(list, scroll, renderer, { onRate, onChoose }) {
    this.list = list;
    this.scroll = scroll;
    this.renderer = renderer;
    this.onRate = onRate;
    this.onChoose = onChoose;
  }

  /** A message of the server's; one that is already there stays as it is. */
  add(message, { scroll = true } = {}) {
    if (message.id && this.list.querySelector(`[data-id="${CSS.escape(message.id)}"]`)) return;
    if (message.author === "resident" && this.#adopt(message)) return;
    const node = this.renderer.message(message, { onRate: this.onRate });
    this.#insert(node);
    document.body.classList.add("talking");
    this.offer(node, message.author === "assistant" ? message.reply : null);
    if (scroll) this.show(node);
  }

  /** Buttons belong to the latest message only. */
  offer(node, reply) {
    for (const old of this.list.querySelectorAll(".choices")) old.remove();
    const choices = this.renderer.choices(reply, this.onChoose);
    if (choices) node.querySelector(".bubble").after(choices);
  }

  /** The resident's words at once, before the server has them. */
  addOwn(item, language) {
    const known = this.list.querySelector(`[data-client="${CSS.escape(item.id)}"]`);
    if (known) return known;
    const node = this.renderer.message({ author: "resident", text: item.text, language, client_message_id: item.id });
    this.offer(node, null);
    this.list.append(node);
    document.body.classList.add("talking");
    this.show(node);
    return node;
  }

  clear() {
    document.body.classList.remove("talking");
    for (const node of this.list.querySelectorAll(".message:not(.greeting)")) node.remove();
  }

  get empty() {
    return !this.list.querySelector(".message:not(.greeting)");
  }

  /** The end of a short message, the beginning of one that does not fit. */
  show(node) {
    const tall = node.offsetHeight > this.scroll.clientHeight - 40;
    node.scrollIntoView({ block: tall ? "start" : "end" });
  }

  /** A message that stands there as the resident's own is stored now: true if there was one. */
  #adopt(message) {
    const own = [...this.list.querySelectorAll("[data-client]")].find((node) => node.dataset.client === message.client_message_id);
    if (own) this.stored(own, message);
    return Boolean(own);
  }

  /** The server holds the message, so it is neither on its way nor failed. */
  stored(own, { id, sequence }) {
    own.dataset.id = id;
    own.dataset.sequence = sequence;
    own.classList.remove("sending", "failed");
    own.querySelector(".failure")?.remove();
  }

  /** Messages carry a sequence; what comes late is put where it belongs. */
  #insert(node) {
    const sequence = Number(node.dataset.sequence || Infinity);
    const later = [...this.list.children].find((other) => Number(other.dataset.sequence || -1) > sequence);
    this.list.insertBefore(node, later ?? null);
  }
}
