// Keys of the desk. Without this script everything is reached with Tab, and sent with the buttons.
const desk = document.getElementById("desk");
const isField = (element) => element?.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-row]")];
const rowNow = () => document.activeElement?.closest("[data-row]");

function toRow(by) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(rowNow());
  const to = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))];
  to.querySelector("a").focus();
  return true;
}

function pick() {
  const box = rowNow()?.querySelector("input[type=checkbox]");
  if (box) box.checked = !box.checked;
  return Boolean(box);
}

// In the list some letters act on the line that has the focus; elsewhere the same letters are links.
const LIST = { j: () => toRow(1), ArrowDown: () => toRow(1), k: () => toRow(-1), ArrowUp: () => toRow(-1), x: pick };

function press(key) {
  if (rows().length && LIST[key]?.()) return true;
  const field = document.querySelector(`[data-key-focus="${CSS.escape(key)}"]`);
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (field) field.focus();
  else target?.click();
  return Boolean(field ?? target);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const button = event.target.closest("form")?.querySelector("[data-send]");
    if (button) {
      event.preventDefault();
      button.click();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !("shortcuts" in (desk?.dataset ?? {}))) return;
  if (isField(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (press(event.key)) event.preventDefault();
});

// The session can end while a page is open: who is writing hears of it before he sends.
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 401) for (const box of document.querySelectorAll(".signed-out")) box.hidden = false;
});

// All of the page are picked at once.
const all = document.querySelector("[data-pick-all]");
if (all) {
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const box of document.querySelectorAll("[data-row] input[type=checkbox]")) box.checked = all.checked;
  });
}

// Whoever else has the request open reads that somebody is writing.
const present = document.getElementById("present");
document.querySelector(".act-form")?.addEventListener("input", () => {
  if (present) present.elements.writing.value = "1";
}, { once: true });

// On a phone the list comes first: what narrows it opens with a touch, or stands open where it is in use.
for (const details of document.querySelectorAll("[data-closed-on-phone]")) {
  if (matchMedia("(max-width: 40rem)").matches) details.open = false;
}

// An act that was chosen begins in its first field, once the browser has gone to the place in the address.
function begin() {
  if (location.hash !== "#act") return;
  const fields = [...document.querySelectorAll(".act-form :is(textarea, select, input:not([type=hidden]))")];
  (fields.find((field) => field.checked && field.name === fields[0].name) ?? fields[0])?.focus();
}
window.addEventListener("load", () => requestAnimationFrame(begin));
window.addEventListener("hashchange", begin);
