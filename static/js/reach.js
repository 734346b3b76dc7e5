// Asks each site once, after the click. A browser does not let a page read the answer: only that there was one.
const WAIT_MS = 10000;
// A violation of the page's policy is told a little after the request has failed.
const TOLD_LATER_MS = 150;
const button = document.querySelector("[data-reach]");
for (const part of document.querySelectorAll(".by-script")) part.hidden = false;
document.querySelector("[data-no-script]").hidden = true;

// A site that sends on to another address did answer; the page's policy then stops the second step. Which site it
// was is known, because they are asked one after the other, each with its own list.
let sentOn = [];
document.addEventListener("securitypolicyviolation", (event) => sentOn.push(event.blockedURI));

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function ask(line) {
  const mine = (sentOn = []);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), WAIT_MS);
  const options = { mode: "no-cors", cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" };
  try {
    await fetch(`https://${line.dataset.site}/`, { ...options, signal: late.signal });
    return "answered";
  } catch {
    if (late.signal.aborted) return "late";
    await pause(TOLD_LATER_MS);
    return mine.length ? "answered" : "nothing";
  } finally {
    clearTimeout(timer);
  }
}

function say(line, found) {
  line.querySelector("[data-said]").replaceChildren(line.querySelector(`template[data-found="${found}"]`).content.cloneNode(true));
}

button.addEventListener("click", async () => {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  const lines = [...document.querySelectorAll("[data-site]")];
  for (const line of lines) say(line, "asking");
  for (const line of lines) {
    const found = await ask(line);
    say(line, found);
    line.querySelector(".by-hand").hidden = found === "answered";
  }
  button.removeAttribute("aria-disabled");
});
