// The form one writes in: counter, height, Enter to send.

import { fill } from "../dom.js";

const LOW = 200;

export function composer(form, settings, onSend) {
  const field = form.querySelector("textarea");
  const counter = form.querySelector("#counter");

  function update() {
    const left = settings.maxCharacters - field.value.length;
    counter.textContent = fill(settings.texts.characters_left, { count: left });
    counter.classList.toggle("low", left < LOW);
    counter.setAttribute("aria-live", left < LOW ? "polite" : "off");
    if (!CSS.supports("field-sizing", "content")) {
      field.style.blockSize = "auto";
      field.style.blockSize = `${field.scrollHeight + 4}px`;
    }
  }

  function submit(event) {
    event.preventDefault();
    const chosen = event.submitter?.name === "choice" ? event.submitter.value : null;
    const text = (chosen ?? field.value).trim();
    if (!text) return;
    if (chosen === null) {
      field.value = "";
      update();
    }
    onSend(text);
    field.focus();
  }

  field.addEventListener("input", update);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", submit);
  update();
  return { focus: () => field.focus() };
}
