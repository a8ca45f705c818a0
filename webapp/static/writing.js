// Body of gr.HTML's js_on_load: the picture with its words boxed (webapp/writing.py, writing_json).
// A word that is struck out is greyed at once; the belief follows when the server has answered.
const part = (selector) => element.querySelector(selector);
const [note, written, picture, boxes, told, list] = [".hint", ".written", "img", "svg", ".told", "ul"].map(part);
const SVG = "http://www.w3.org/2000/svg";
const FULL = 4; // nats from which a box is drawn as strongly as any
let photo = null;
let struck = new Set(); // numbers of words; the visitor's own word counts, not a late answer
let words = [];
const pointed = [null, null]; // by the pointer, by the keyboard

const numbersOf = (word) => word.numbers.join(" ");
const isStruck = (word) => word.numbers.every((number) => struck.has(number));
const places = (count) => `${count.toLocaleString("en")} place${count === 1 ? "" : "s"}`;

function describe(word) {
  if (!word.places.length) return `“${word.text}” is no name of a place.`;
  const spread = word.count > 1 ? ` up to ${word.spread_km.toLocaleString("en")} km apart` : "";
  const weight = isStruck(word) ? "struck out" : `counts ${word.nats.toFixed(1)} nats`;
  return `${word.text}: ${places(word.count)}${spread}, ${weight}.`;
}

function make(tag, className, text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text; // what was read is never taken for HTML
  return node;
}

function box(word) {
  const group = document.createElementNS(SVG, "g");
  group.dataset.word = numbersOf(word);
  for (const polygon of word.polygons) {
    const outline = document.createElementNS(SVG, "polygon");
    outline.setAttribute("points", polygon.map((corner) => corner.join(",")).join(" "));
    const middle = (a, b) => [(polygon[a][0] + polygon[b][0]) / 2, (polygon[a][1] + polygon[b][1]) / 2];
    const line = document.createElementNS(SVG, "line");
    const ends = [...middle(0, 3), ...middle(1, 2)];
    ["x1", "y1", "x2", "y2"].forEach((name, row) => line.setAttribute(name, ends[row]));
    group.append(outline, line);
  }
  return group;
}

function chip(word) {
  const item = make("li", "");
  const button = make("button", "word");
  button.dataset.word = numbersOf(word);
  button.append(make("span", "text", word.text), make("span", "weight"));
  item.append(button);
  return item;
}

function mark() {
  for (const word of words) {
    const out = isStruck(word);
    for (const node of element.querySelectorAll(`[data-word="${numbersOf(word)}"]`)) {
      node.classList.toggle("struck", out);
      node.classList.toggle("name", word.places.length > 0);
      node.style.setProperty("--weight", Math.min(1, word.nats / FULL).toFixed(2));
      if (node.tagName !== "BUTTON") continue;
      node.setAttribute("aria-pressed", String(out));
      node.setAttribute("aria-label", `Strike out ${describe(word)}`);
      node.querySelector(".weight").textContent = out ? "" : word.nats.toFixed(1);
    }
  }
}

function draw() {
  const value = props.value || {};
  const found = value.words || [];
  note.textContent = value.note || "";
  written.hidden = told.hidden = list.hidden = found.length === 0;
  if (value.photo !== photo || found.length === 0) {
    photo = value.photo ?? null;
    struck = new Set(found.filter((word) => word.struck).flatMap((word) => word.numbers));
    told.textContent = "";
    pointed.fill(null);
    point(null);
  }
  const same = words.map(numbersOf).join() === found.map(numbersOf).join() && picture.src === value.picture;
  words = found;
  if (!same) {
    picture.src = value.picture || "";
    boxes.replaceChildren(...[...found].reverse().map(box));
    list.replaceChildren(...found.filter((word) => word.places.length).map(chip));
  }
  mark();
}

const wordOf = (target) => words.find((word) => numbersOf(word) === target.closest?.("[data-word]")?.dataset.word);

function point(word) {
  for (const node of element.querySelectorAll("[data-word]")) {
    node.classList.toggle("pointed", Boolean(word) && node.dataset.word === numbersOf(word));
  }
  if (word) told.textContent = describe(word);
  document.dispatchEvent(new CustomEvent("named-places", { detail: word ? word.places : [] }));
}

function strike(word) {
  if (!word.places.length) return;
  const out = isStruck(word);
  for (const number of word.numbers) {
    if (out) struck.delete(number);
    else struck.add(number);
  }
  mark();
  told.textContent = describe(word);
  trigger("strike", { photo, struck: [...struck] });
}

picture.addEventListener("load", () => written.style.setProperty("--aspect", picture.naturalWidth / picture.naturalHeight));
element.addEventListener("click", ({ target }) => {
  const word = wordOf(target);
  if (word) strike(word);
});
// The later of the pointer and the keyboard counts; where the pointer leaves a word, the one that
// has the keyboard's focus is pointed at again.
for (const [here, away, row] of [["mouseover", "mouseout", 0], ["focusin", "focusout", 1]]) {
  for (const name of [here, away]) {
    element.addEventListener(name, ({ target }) => {
      if (!wordOf(target)) return;
      if (name === "focusin") pointed[0] = null;
      pointed[row] = name === here ? numbersOf(wordOf(target)) : null;
      point(words.find((word) => numbersOf(word) === (pointed[0] ?? pointed[1])));
    });
  }
}
watch("value", draw);
draw();
