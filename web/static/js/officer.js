// Staff pages, live: when the server says that something changed, the page is fetched again
// and the parts marked data-live are exchanged. What an officer is typing stays.

const live = document.querySelector("[data-events]");

async function refresh() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (response.redirected || !response.ok) {
    location.reload();
    return;
  }
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  document.title = fresh.title;
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if (next && next.innerHTML !== part.innerHTML) exchange(part, next);
  }
}

function exchange(part, next) {
  const focused = part.contains(document.activeElement) ? document.activeElement.id : null;
  const atEnd = part.scrollHeight - part.scrollTop - part.clientHeight < 80;
  part.replaceChildren(...next.childNodes);
  if (focused) document.getElementById(focused)?.focus();
  if (atEnd) part.scrollTop = part.scrollHeight;
}

for (const part of document.querySelectorAll("[data-live]")) part.scrollTop = part.scrollHeight;

if (live) {
  const source = new EventSource(live.dataset.events);
  source.addEventListener("changed", refresh);
}

for (const field of document.querySelectorAll("textarea[data-enter]")) {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    field.form.requestSubmit(field.form.querySelector("[type=submit]"));
  });
}
