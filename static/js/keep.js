// Keeps what is typed in this tab, so that a server that does not answer costs no word. Nothing is sent; the tab forgets
// it when it is closed, and the page that says *sent* forgets it at once. What looks like a secret is not even kept here.
const KEY = "kept form ";
const form = document.querySelector("form[data-keep]");
if (document.querySelector("[data-forget-kept]")) {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(KEY)) sessionStorage.removeItem(name);
}
if (form) {
  const key = KEY + form.dataset.keep;
  const fields = [...form.elements].filter((field) => field.name && !["hidden", "submit", "checkbox"].includes(field.type));
  const isOpen = (field) => (field.type === "radio" ? !form.elements[field.name].value : !field.value);
  const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
  if (!("fromServer" in form.dataset)) {
    for (const field of fields) {
      const value = kept[field.name];
      if (value === undefined) continue;
      if (field.type === "radio") field.checked = field.value === value;
      else if (isOpen(field) || field.value === field.defaultValue) field.value = value;
    }
  }
  // Eight digits, a tax code, the number of a card; and digits or a word after what names them.
  const NUMBER = /\d{8}|[a-z]{6}\d\d[a-z]\d\d[a-z]\d{3}[a-z]|[a-z]{2}\d{5}[a-z]{2}/i;
  const NAMED = /\b(pin|puk|can|codic[ei]|codes?|otp)\b[^]*\d{4}|\bpass(word|wort)?\b\s*(è|e'|is|ist|:|=)/i;
  const isSecret = (text) => NUMBER.test(text.replaceAll(/[ .\-\u00a0]/g, "")) || NAMED.test(text);
  const keep = () => {
    const typed = {};
    for (const field of fields) {
      if ((field.type === "radio" && !field.checked) || isSecret(field.value)) continue;
      typed[field.name] = field.value;
    }
    sessionStorage.setItem(key, JSON.stringify(typed));
  };
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
}
