// The page that waits: where the keyboard stood is kept, the tab's title says that something has come, and a network
// that is gone is told.
const part = document.querySelector(".pairing");
const offline = document.querySelector("[data-offline]");
const title = document.title;

let wasInside = false;
document.addEventListener("htmx:beforeSwap", () => { wasInside = part.contains(document.activeElement); });
document.addEventListener("htmx:afterSwap", () => {
  if (wasInside && !part.contains(document.activeElement)) part.focus();
  const said = part.querySelector("[data-title]")?.dataset.title;
  document.title = said ? `${said} – ${title}` : title;
});
document.addEventListener("htmx:sendError", () => { offline.hidden = false; });
document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.xhr.status) offline.hidden = true; });
