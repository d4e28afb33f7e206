// What survives a reload: the conversation's id and token, and messages that were not sent yet.

/** Kept in localStorage; where that is refused (private windows, blocked frames), for as long as the page is open. */
export class Memory {
  constructor(key) {
    this.key = key;
    this.value = this.#read() ?? {};
  }

  get conversation() {
    return this.value.conversation ?? null;
  }

  set conversation(conversation) {
    this.#write({ ...this.value, conversation });
  }

  get outbox() {
    return this.value.outbox ?? [];
  }

  keep(item) {
    this.#write({ ...this.value, outbox: [...this.outbox.filter((one) => one.id !== item.id), item] });
  }

  drop(itemId) {
    const left = this.outbox.filter((one) => one.id !== itemId);
    if (left.length < this.outbox.length) this.#write({ ...this.value, outbox: left });
  }

  forget() {
    this.#write({});
  }

  #read() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  #write(value) {
    this.value = value;
    try {
      localStorage.setItem(this.key, JSON.stringify(value));
    } catch {
      // Storage is full or refused: the page goes on with what it holds in memory.
    }
  }
}
