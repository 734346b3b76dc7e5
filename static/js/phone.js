// What a page can know of a phone's browser, shown and not sent: that it can use a camera, and read cards by itself.
const can = { camera: Boolean(navigator.mediaDevices?.getUserMedia), webnfc: "NDEFReader" in window };
for (const line of document.querySelectorAll("[data-can]")) line.hidden = !can[line.dataset.can];
