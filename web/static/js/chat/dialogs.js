// "Talk to a person", "Download" and "Delete": links that open a page without scripts and a dialog with them.

function bindDialog(link, dialog, onSubmit) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
  });
  dialog.querySelector("[data-cancel]").addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close();
    onSubmit(new FormData(event.target));
    event.target.reset();
  });
}

export function bindDialogs(page, conversation, writing) {
  const menu = page("menu");
  bindDialog(page("person"), page("person-dialog"), (form) => conversation.askOfficer(form.get("contact")?.trim()));
  bindDialog(page("delete"), page("delete-dialog"), async () => {
    menu.open = false;
    await conversation.remove();
    writing.focus();
  });
  page("download").addEventListener("click", (event) => {
    event.preventDefault();
    menu.open = false;
    conversation.download();
  });
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.menu[open], details.languages[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector("details.menu[open], details.languages[open]");
    if (!open) return;
    event.stopPropagation();
    open.open = false;
    open.querySelector("summary").focus();
  }, true);
}
