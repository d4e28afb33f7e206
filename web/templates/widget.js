// Puts the assistant on any page: <script src=".../widget.js" data-language="pl" async></script>
(() => {
  const labels = {{ labels|tojson }};
  const script = document.currentScript;
  if (!script || window.kobanAssistant) return;
  window.kobanAssistant = true;

  const origin = new URL(script.src).origin;
  const wanted = script.dataset.language || document.documentElement.lang.slice(0, 2);
  const language = labels[wanted] ? wanted : {{ default_language|tojson }};
  const words = labels[language];

  const css = `
    :host { all: initial; }
    .launcher, .close { font: 600 1rem/1.25 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; cursor: pointer; }
    .launcher { position: fixed; inset-block-end: 1rem; inset-inline-end: 1rem; z-index: 2147483000;
      min-block-size: 3.25rem; padding: .75rem 1.25rem; border: 2px solid #fff; border-radius: 2rem;
      background: #0b4aa2; color: #fff; box-shadow: 0 .25rem 1rem rgb(0 0 0 / .3); }
    .launcher:hover { background: #08367a; }
    .launcher:focus-visible, .close:focus-visible { outline: 3px solid #12213a; outline-offset: 2px;
      box-shadow: 0 0 0 2px #fff, 0 0 0 6px #ffd54a; }
    .panel { position: fixed; inset-block-end: 1rem; inset-inline-end: 1rem; z-index: 2147483001; display: flex;
      flex-direction: column; inline-size: min(26rem, calc(100vw - 2rem)); block-size: min(44rem, calc(100dvh - 2rem));
      border: 1px solid #5b6b82; border-radius: .75rem; overflow: hidden; background: #fff;
      box-shadow: 0 .5rem 2rem rgb(0 0 0 / .35); }
    .panel[hidden], .launcher[hidden] { display: none; }
    .bar { display: flex; justify-content: space-between; align-items: center; gap: 1rem; padding: .375rem .375rem .375rem 1rem;
      background: #0b4aa2; color: #fff; font: 600 1rem/1.25 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
    .close { min-block-size: 2.75rem; padding: .5rem .875rem; border: 1px solid #fff; border-radius: .375rem;
      background: transparent; color: inherit; }
    .close:hover { background: #08367a; }
    iframe { flex: 1; inline-size: 100%; border: 0; }
    @media (max-width: 30rem), (max-height: 30rem) {
      .panel { inset: 0; inline-size: auto; block-size: auto; border: 0; border-radius: 0; }
    }
  `;

  function make(tag, className, text) {
    const element = document.createElement(tag);
    element.className = className;
    if (text) element.textContent = text;
    return element;
  }

  const host = document.createElement("koban-assistant");
  host.lang = language;
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const launcher = make("button", "launcher", words.open);
  launcher.type = "button";
  launcher.setAttribute("aria-haspopup", "dialog");
  launcher.setAttribute("aria-expanded", "false");

  const panel = make("div", "panel");
  panel.hidden = true;
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", words.title);
  const bar = make("div", "bar");
  const close = make("button", "close", words.close);
  close.type = "button";
  bar.append(make("span", "", words.title), close);
  panel.append(bar);
  root.append(launcher, panel);

  let frame = null;

  function openPanel() {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = words.title;
      frame.src = `${origin}/chat?embed=1&lang=${encodeURIComponent(language)}`;
      frame.addEventListener("load", focusInside);
      panel.append(frame);
    }
    panel.hidden = false;
    launcher.hidden = true;
    launcher.setAttribute("aria-expanded", "true");
    focusInside();
  }

  function focusInside() {
    if (panel.hidden) return;
    frame.focus();
    frame.contentWindow.postMessage({ koban: "opened" }, origin);
  }

  function closePanel() {
    if (panel.hidden) return;
    panel.hidden = true;
    launcher.hidden = false;
    launcher.setAttribute("aria-expanded", "false");
    launcher.focus();
  }

  launcher.addEventListener("click", openPanel);
  close.addEventListener("click", closePanel);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closePanel();
  });
  window.addEventListener("message", (event) => {
    const ours = frame && event.source === frame.contentWindow && event.origin === origin;
    if (ours && event.data && event.data.koban === "close") closePanel();
  });

  const attach = () => document.body.append(host);
  if (document.body) attach();
  else document.addEventListener("DOMContentLoaded", attach);
})();
