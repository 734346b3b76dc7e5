// Looks at this browser, and only here: nothing is sent. Each line shows one of the findings that stand in the page.
const looks = document.querySelector(".looks");
const advised = JSON.parse(looks.dataset.browsers);

// Newer names first: Edge and Opera call themselves Chrome as well.
const KNOWN = [["edge", /Edg(?:A|iOS)?\/(\d+)/], ["opera", /OPR\/(\d+)/], ["samsung", /SamsungBrowser\/(\d+)/],
  ["firefox", /(?:Firefox|FxiOS)\/(\d+)/], ["chrome", /(?:Chrome|CriOS)\/(\d+)/], ["safari", /Version\/(\d+).*Safari/]];

function browser() {
  for (const [id, pattern] of KNOWN) {
    const found = pattern.exec(navigator.userAgent);
    if (found) {
      if (!advised[id]) return ["other"];
      const [name, fineFrom] = advised[id];
      return [Number(found[1]) >= fineFrom ? "fine" : "old", `${name} ${found[1]}`];
    }
  }
  return ["other"];
}

function clock() {
  const loaded = performance.getEntriesByType("navigation")[0];
  if (loaded && (loaded.type === "back_forward" || loaded.transferSize === 0)) return ["unknown"]; // a page kept from before
  const minutes = Math.round((Date.now() - Number(looks.dataset.now) * 1000) / 60000);
  if (Math.abs(minutes) < 3) return ["fine"];
  const hour = new Date().toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
  return [minutes > 0 ? "fast" : "slow", hour];
}

async function authenticator() {
  if (!window.PublicKeyCredential) return ["unknown"];
  try {
    return [await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable() ? "fine" : "none"];
  } catch {
    return ["unknown"];
  }
}

const LOOKS = { browser, clock, authenticator, cookies: () => [navigator.cookieEnabled ? "fine" : "off"] };

for (const line of looks.querySelectorAll("[data-look]")) {
  Promise.resolve(LOOKS[line.dataset.look]()).then(([found, what]) => {
    const words = line.querySelector(`template[data-found="${found}"]`).content.cloneNode(true);
    for (const place of words.querySelectorAll("[data-what]")) place.textContent = what;
    line.querySelector(".by-hand").replaceWith(words);
    line.classList.add(found === "fine" ? "is-fine" : found === "unknown" ? "is-open" : "is-found");
  });
}
