// Copies the text of a field. Without script, or where the browser refuses, the text is selected by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    let said = button.dataset.done;
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      said = button.dataset.selected;
    }
    document.querySelector(".copied").textContent = said;
  });
}
