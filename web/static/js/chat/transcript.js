// The conversation as a text file.

export function asText(renderer, site, messages) {
  const title = renderer.say("copied_conversation_title", { site });
  const lines = messages.map((message) => {
    const sources = (message.reply?.citations ?? []).map(
      (citation) => `  [${citation.number}] ${citation.title}: “${citation.quote}”`,
    );
    const when = new Date(message.created_at).toLocaleString(renderer.settings.locale, { timeZone: renderer.settings.timeZone });
    return [`${renderer.speaker(message)} (${when})`, message.text, ...sources].join("\n");
  });
  return [title, ...lines].join("\n\n") + "\n";
}

export function saveFile(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
