// The chat page, live. Without this script the same page works with forms.

import * as api from "./chat/api.js";
import { composer } from "./chat/composer.js";
import { Conversation } from "./chat/conversation.js";
import { bindDialogs } from "./chat/dialogs.js";
import { Log } from "./chat/log.js";
import { Memory } from "./chat/memory.js";
import { Renderer } from "./chat/render.js";

const settings = JSON.parse(document.getElementById("settings").textContent);
const renderer = new Renderer(settings);
const memory = new Memory(settings.storageKey);
const page = (id) => document.getElementById(id);

const log = new Log(page("log"), page("scroll"), renderer, {
  onRate: (messageId, helpful, reason) => conversation.rate(messageId, helpful, reason),
  onChoose: (text) => conversation.send(text),
});
const conversation = new Conversation({ settings, renderer, memory, log, page, api });

const writing = composer(page("composer"), settings, (text) => conversation.send(text));
bindDialogs(page, conversation, writing);
page("reply-language").addEventListener("change", (event) => conversation.chooseLanguage(event.target.value));

if (settings.embed) {
  // The page around the frame owns the window: it is told about Escape, and tells when the frame was opened.
  window.addEventListener("message", (event) => {
    if (event.source === window.parent && event.data?.koban === "opened") writing.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) window.parent.postMessage({ koban: "close" }, "*");
  });
}

document.body.classList.add("live");
conversation.resume();
