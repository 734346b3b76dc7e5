// Draw the area to be covered over the picture; the fields below say the same in percent.
const box = document.querySelector(".cover-here");
const picture = box?.querySelector("img");
const field = Object.fromEntries(["left", "top", "width", "height"].map((name) => [name, document.getElementById(`id_${name}`)]));
let corner = null;

function point(event) {
  const seen = picture.getBoundingClientRect();
  const part = (value, whole) => Math.min(100, Math.max(0, (value / whole) * 100));
  return [part(event.clientX - seen.left, seen.width), part(event.clientY - seen.top, seen.height)];
}

function show() {
  let drawn = box.querySelector(".frame");
  if (!drawn) {
    drawn = document.createElement("div");
    drawn.className = "frame";
    box.append(drawn);
  }
  const inside = (name, whole) => `${(Number(field[name].value) / 100) * whole}px`;
  drawn.style.left = inside("left", picture.width);
  drawn.style.top = inside("top", picture.height);
  drawn.style.width = inside("width", picture.width);
  drawn.style.height = inside("height", picture.height);
}

function set([x, y], [toX, toY]) {
  // Whole percent, outwards: what was drawn over is covered to its edge.
  field.left.value = Math.floor(Math.min(x, toX));
  field.top.value = Math.floor(Math.min(y, toY));
  field.width.value = Math.max(1, Math.ceil(Math.max(x, toX)) - field.left.value);
  field.height.value = Math.max(1, Math.ceil(Math.max(y, toY)) - field.top.value);
  show();
}

picture?.addEventListener("dragstart", (event) => event.preventDefault());
box?.addEventListener("pointerdown", (event) => {
  corner = point(event);
  box.setPointerCapture(event.pointerId);
});
box?.addEventListener("pointermove", (event) => corner && set(corner, point(event)));
box?.addEventListener("pointerup", () => { corner = null; });
for (const one of Object.values(field)) one?.addEventListener("input", show);
