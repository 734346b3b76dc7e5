// The field for her own words: htmx is loaded when the field gets the focus, and brings answers while she writes. They
// lie over the page, so that nothing moves; Escape closes them, and so does going elsewhere.
const finder = document.querySelector(".finder");
const field = finder.querySelector("textarea");
const panel = finder.querySelector("#suggestions");
const status = finder.querySelector("[role=status]");
const hint = finder.querySelector("[data-with-script]");
//: Pixels below the field that the answers need; with less they begin right below it, over the button.
const ROOM = 260;
//: Milliseconds without a key before answers are announced, and before it is that there are none.
const QUIET = 1_000, LONG_QUIET = 3_000;
let isDismissed = false;
let announcing, unsaid = null;

const said = () => panel.querySelector("[data-said]")?.dataset.said ?? "";
const hasAnswers = () => panel.querySelector(".found") !== null;
const keepQuiet = () => { clearTimeout(announcing); unsaid = null; };
const announce = (words, quiet = words ? QUIET : 0) => {
  keepQuiet();
  unsaid = { words, quiet };
  announcing = setTimeout(() => { keepQuiet(); if (status.textContent !== words) status.textContent = words; }, quiet);
};
const close = () => { panel.hidden = true; announce(""); };
const show = () => {
  panel.hidden = !hasAnswers() || !field.value.trim() || isDismissed;
  const isLow = window.innerHeight - finder.getBoundingClientRect().bottom < ROOM;
  panel.style.top = isLow ? `${field.offsetTop + field.offsetHeight}px` : "";
  return !panel.hidden;
};
const load = () => {
  const script = document.createElement("script");
  script.src = finder.dataset.finder;
  script.addEventListener("error", () => {
    hint.hidden = true;
    script.remove();
    field.addEventListener("focus", load, { once: true });
  });
  document.head.append(script);
};

hint.hidden = false;
// What she wrote before htmx came is answered too; what the page has answered already is not answered once more.
document.addEventListener("htmx:load", () => {
  if (field.value.trim() && field.value !== field.defaultValue) field.dispatchEvent(new Event("written"));
}, { once: true });
field.addEventListener("focus", load, { once: true });
if (document.activeElement === field) field.dispatchEvent(new Event("focus"));

// Whoever is among the answers keeps them: new ones would take the keyboard away.
panel.addEventListener("htmx:beforeSwap", (event) => {
  if (panel.contains(document.activeElement)) event.detail.shouldSwap = false;
});
panel.addEventListener("htmx:afterSwap", () => {
  if (!finder.contains(document.activeElement)) return;
  if (show()) announce(said());
  else announce(hasAnswers() ? "" : said(), LONG_QUIET);
});
// Nothing is announced into her writing: a key puts it off, and a new question makes it old.
field.addEventListener("input", () => {
  isDismissed = false;
  if (!field.value.trim()) close();
  else if (unsaid) announce(unsaid.words, unsaid.quiet);
});
field.addEventListener("htmx:beforeRequest", keepQuiet);
field.addEventListener("focus", show);
// The button under the keyboard is not under the answers.
finder.querySelector("form .button").addEventListener("focus", () => { panel.style.top = ""; });
for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failure, () => { panel.replaceChildren(); close(); });
}
finder.addEventListener("focusout", (event) => { if (event.relatedTarget && !finder.contains(event.relatedTarget)) close(); });
finder.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  isDismissed = true;
  field.focus();
  close();
});
document.addEventListener("click", (event) => { if (!finder.contains(event.target)) close(); });
// Nothing of what looked like a secret is there when she comes back.
window.addEventListener("pagehide", () => {
  if (panel.querySelector("[data-covered]")) field.value = "";
  panel.replaceChildren();
  close();
});
// Back to this page after a wrong turn is no question whether to send her words again; they stand in no address.
document.querySelector(".answer")?.addEventListener("click", (event) => {
  if (event.target.closest("a") && !location.search) history.replaceState(null, "", location.pathname);
});
