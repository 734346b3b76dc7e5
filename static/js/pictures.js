// Choose, paste or drop pictures; cover and cut them on a canvas before they leave this computer.
// Without this script the file field and its button do the same, but for covering.
const form = document.querySelector("form[data-pictures]");
const editor = document.querySelector(".editor");
const canvas = editor?.querySelector("canvas");
const draw = canvas?.getContext("2d");
const area = Object.fromEntries([...(editor?.querySelectorAll("[data-area]") ?? [])].map((field) => [field.dataset.area, field]));
const TYPES = ["image/png", "image/jpeg", "image/webp"];

let queue = [];      // files that wait for their turn in the editor
let file = null;     // the one in the editor
let states = [];     // what the canvas held before each change
let changes = 0;     // covers and cuts that the canvas shows
let corner = null;   // where the drawing of an area began

const byType = (element, attribute) => element.dataset[attribute];
const say = (attribute) => { editor.querySelector(".editor-said").textContent = byType(editor.querySelector(".editor-said"), attribute); };

async function next() {
  file = queue.shift() ?? null;
  editor.hidden = !file;
  // One thing at a time: while a picture is open, nothing else can be pressed by mistake.
  for (const other of document.querySelectorAll("[data-not-while-editing]")) other.hidden = Boolean(file);
  if (!file) {
    form.querySelector("input[type=file]").focus();
    return;
  }
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    await add(file);  // the server says what is wrong with it
    return;
  }
  canvas.width = picture.width;
  canvas.height = picture.height;
  draw.drawImage(picture, 0, 0);
  picture.close();
  states = [];
  changes = 0;
  clearArea();
  editor.querySelector(".editor-said").textContent = "";
  editor.querySelector("h2").focus();
}

function clearArea() {
  for (const field of Object.values(area)) field.value = 0;
}

function areaInPixels() {
  const of = (name, whole) => Math.round((Math.min(100, Math.max(0, Number(area[name].value))) / 100) * whole);
  const [x, y] = [of("x", canvas.width), of("y", canvas.height)];
  return [x, y, Math.min(of("w", canvas.width), canvas.width - x), Math.min(of("h", canvas.height), canvas.height - y)];
}

function remember() {
  states.push([canvas.width, canvas.height, draw.getImageData(0, 0, canvas.width, canvas.height)]);
  if (states.length > 10) states.shift();  // what is forgotten here can no longer be undone
  changes += 1;
}

function show(width, height, pixels) {
  canvas.width = width;
  canvas.height = height;
  draw.putImageData(pixels, 0, 0);
}

function cover([x, y, w, h]) {
  remember();
  draw.fillStyle = "#000";
  draw.fillRect(x, y, w, h);
  clearArea();
  say("covered");
}

const DO = {
  cover() {
    const place = areaInPixels();
    if (place[2] && place[3]) cover(place);
    else say("empty");
  },
  cut() {
    const [x, y, w, h] = areaInPixels();
    if (!w || !h) return say("empty");
    remember();
    show(w, h, draw.getImageData(x, y, w, h));
    clearArea();
    say("cut");
  },
  undo() {
    const before = states.pop();
    if (before) {
      show(...before);
      changes -= 1;
    }
    say("undone");
  },
  async add() {
    if (!changes) return add(file);
    const type = file.type === "image/jpeg" ? file.type : "image/png";
    const blob = await new Promise((done) => canvas.toBlob(done, type, 0.92));
    return add(new File([blob], type === "image/jpeg" ? "picture.jpg" : "picture.png", { type }));
  },
  drop: () => next(),
};

// Where each picture goes at once, one after the other; else into the list that is sent with the text.
async function add(picked) {
  if ("each" in form.dataset) await send(picked);
  else list(picked);
  await next();
}

function fill(files) {
  const transfer = new DataTransfer();
  for (const one of files) transfer.items.add(one);
  form.querySelector("input[type=file]").files = transfer.files;
}

const said = form?.querySelector(".upload-said");
const progress = form?.querySelector(".progress");

function send(picked) {
  fill([picked]);
  return new Promise((done) => {
    const end = (event) => {
      progress.hidden = true;
      said.textContent = byType(said, event.detail.successful ? "done" : "failed");
      if (event.detail.xhr?.status === 422) said.textContent = "";  // the page says why
      fill([]);
      form.removeEventListener("htmx:afterRequest", end);
      done();
    };
    form.addEventListener("htmx:afterRequest", end);
    progress.hidden = false;
    window.htmx.trigger(form, "submit");
  });
}

const chosen = form?.querySelector(".chosen");
let picked = [];

function list(added) {
  picked.push(added);
  showList();
}

function showList() {
  fill(picked);
  chosen.hidden = !picked.length;
  chosen.replaceChildren(...picked.map((one, number) => {
    const line = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button second";
    button.textContent = `${chosen.dataset.remove} (${number + 1})`;
    button.addEventListener("click", () => { picked.splice(number, 1); showList(); });
    line.append(`${number + 1}. ${one.name} `, button);
    return line;
  }));
}

function take(files) {
  const isPicture = (one) => TYPES.includes(one.type);
  const waits = Boolean(file);
  // What is no picture that we take goes last: the server says so, and no picture after it hides what it says.
  queue.push(...[...files].sort((one, other) => isPicture(other) - isPicture(one)));
  if (!waits && queue.length) next();
}

function point(event) {
  const seen = canvas.getBoundingClientRect();
  const part = (value, whole) => Math.min(100, Math.max(0, (value / whole) * 100));
  return [part(event.clientX - seen.left, seen.width), part(event.clientY - seen.top, seen.height)];
}

function setArea([x, y], [toX, toY]) {
  const round = (value) => Math.round(value * 100) / 100;
  area.x.value = round(Math.min(x, toX));
  area.y.value = round(Math.min(y, toY));
  area.w.value = round(Math.abs(toX - x));
  area.h.value = round(Math.abs(toY - y));
}

if (form && editor) {
  const field = form.querySelector("input[type=file]");
  field.addEventListener("change", () => {
    const files = [...field.files];
    fill([]);
    take(files);
  });
  if ("each" in form.dataset) form.querySelector("button[type=submit]").hidden = true;
  form.querySelector(".paste-here").hidden = false;
  document.addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length) return;
    // A spreadsheet puts words and a picture of them on the clipboard: in a field for words, the words are meant.
    const isWords = event.target.closest?.("textarea, input:not([type=file], [type=number])");
    if (!(isWords && event.clipboardData.types.includes("text/plain"))) {
      event.preventDefault();
      form.querySelector("details")?.setAttribute("open", "");
      take(event.clipboardData.files);
    }
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer?.files.length) {
      form.querySelector("details")?.setAttribute("open", "");
      take(event.dataTransfer.files);
    }
  });
  // Enter in a field of the area means that area, not the whole form.
  editor.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.type !== "number") return;
    event.preventDefault();
    DO.cover();
  });
  for (const button of editor.querySelectorAll("[data-do]")) button.addEventListener("click", () => DO[button.dataset.do]());
  canvas.addEventListener("pointerdown", (event) => {
    corner = point(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!corner) return;
    setArea(corner, point(event));
    frame();
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!corner) return;
    setArea(corner, point(event));
    corner = null;
    hideFrame();
    const place = areaInPixels();
    if (place[2] > 2 && place[3] > 2) cover(place);
    else clearArea();
  });
  form.addEventListener("htmx:xhr:progress", (event) => {
    progress.querySelector("progress").value = event.detail.total ? (100 * event.detail.loaded) / event.detail.total : 0;
  });
}

// The area while it is drawn: a frame of its own, so that the picture's pixels stay as they are.
function frame() {
  const box = editor.querySelector(".canvas-wide");
  let drawn = box.querySelector(".frame");
  if (!drawn) {
    drawn = document.createElement("div");
    drawn.className = "frame";
    box.append(drawn);
  }
  const seen = canvas.getBoundingClientRect();
  const inside = (name, whole) => (Number(area[name].value) / 100) * whole;
  drawn.style.left = `${canvas.offsetLeft + inside("x", seen.width)}px`;
  drawn.style.top = `${canvas.offsetTop + inside("y", seen.height)}px`;
  drawn.style.width = `${inside("w", seen.width)}px`;
  drawn.style.height = `${inside("h", seen.height)}px`;
}

function hideFrame() {
  editor.querySelector(".frame")?.remove();
}
