// Counts the pause down. The page says from when to go on without it; this keeps that hour over a reload.
const pause = document.querySelector(".pause");
const key = `pause ${pause.dataset.pauseKey.slice(3)}`; // the same in every language
let until = Number(sessionStorage.getItem(key));
if (until < Date.now() - 3600000) { // none yet, or one of another day
  until = Date.now() + Number(pause.dataset.pauseMinutes) * 60000;
  sessionStorage.setItem(key, until);
}
for (const [place, time] of [[".pause-now", Date.now()], [".pause-until", until]]) {
  const stated = pause.querySelector(place);
  if (stated) {
    const hour = new Date(time);
    stated.textContent = `${String(hour.getHours()).padStart(2, "0")}:${String(hour.getMinutes()).padStart(2, "0")}`;
  }
}
const left = pause.querySelector(".pause-left");
const over = pause.querySelector(".pause-over");

document.querySelector(".results")?.addEventListener("submit", () => sessionStorage.removeItem(key));

function show() {
  const seconds = Math.ceil((until - Date.now()) / 1000);
  left.hidden = seconds <= 0;
  if (seconds <= 0) {
    over.textContent = over.dataset.over;
    return;
  }
  const hours = Math.floor(seconds / 3600);
  const minutes = String(Math.floor((seconds % 3600) / 60)).padStart(2, "0");
  pause.querySelector(".pause-count").textContent =
    `${hours ? `${hours}:` : ""}${minutes}:${String(seconds % 60).padStart(2, "0")}`;
  setTimeout(show, 1000);
}
show();
