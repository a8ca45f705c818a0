// Body of gr.HTML's js_on_load: the strip of thumbnails (webapp/batch.py, Batch.to_json).
const thumbs = element.querySelector(".thumbs");
const bar = element.querySelector(".strip-bar");
const WORDS = { waiting: "waiting", working: "at work", done: "done", failed: "failed", stopped: "stopped" };
let shown = null;
let drawn = "";

function make(tag, className, text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text; // a file's name is never read as HTML
  return node;
}

function card(photo) {
  const button = make("button", `thumb ${photo.state}`);
  button.dataset.photo = photo.number;
  button.title = photo.why || photo.name;
  button.setAttribute("aria-label", `${photo.name}: ${WORDS[photo.state]}${photo.why ? `, ${photo.why}` : ""}`);
  const picture = photo.icon ? make("img", "") : make("span", "blank", photo.state === "failed" ? "!" : "");
  if (photo.icon) Object.assign(picture, { src: photo.icon, alt: "" });
  button.append(picture, make("span", "name", photo.name), make("span", "state", WORDS[photo.state]));
  return button;
}

function mark() {
  for (const each of thumbs.children) {
    each.setAttribute("aria-pressed", String(Number(each.dataset.photo) === shown));
  }
  for (const name of ["all", "album"]) {
    bar.querySelector(`[data-act=${name}]`).setAttribute("aria-pressed", String(shown === name));
  }
}

function draw() {
  const { photos, shown: chosen } = props.value || { photos: [], shown: null };
  const kept = new Map([...thumbs.children].map((node) => [node.dataset.key, node]));
  thumbs.replaceChildren(...photos.map((photo) => {
    const key = `${photo.number} ${photo.state} ${photo.icon.length}`;
    const node = kept.get(key) || card(photo);
    node.dataset.key = key;
    return node;
  }));
  const count = (...states) => photos.filter(({ state }) => states.includes(state)).length;
  const open = count("waiting", "working");
  element.classList.toggle("filled", photos.length > 0);
  const progress = bar.querySelector("progress");
  progress.hidden = open === 0 || photos.length < 2;
  progress.max = photos.length || 1;
  progress.value = photos.length - open;
  const failed = count("failed") ? `, ${count("failed")} failed` : "";
  bar.querySelector(".count").textContent = open
    ? `${photos.length - open} of ${photos.length}${failed}`
    : `${photos.length} picture${photos.length === 1 ? "" : "s"}${failed}`;
  bar.querySelector("[data-act=stop]").hidden = open < 2;
  for (const name of ["all", "album"]) bar.querySelector(`[data-act=${name}]`).hidden = count("done") < 2;
  if (JSON.stringify(chosen) !== drawn) {
    drawn = JSON.stringify(chosen);
    shown = chosen;
  }
  mark();
}

function pick(number) {
  shown = number;
  mark();
  thumbs.querySelector(`[data-photo="${number}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  trigger("pick", { number });
}

element.addEventListener("click", ({ target }) => {
  const thumb = target.closest("[data-photo]");
  const act = target.closest("[data-act]")?.dataset.act;
  if (thumb) pick(Number(thumb.dataset.photo));
  const example = target.closest("[data-example]")?.dataset.example;
  if (example) trigger("example", { name: example });
  if (act === "stop") trigger("stop_work");
  if (act === "clear") trigger("clear_all");
  if (act === "all" || act === "album") pick(act);
});
document.addEventListener("pick-photo", ({ detail }) => pick(detail));
document.addEventListener("step-photo", ({ detail }) => {
  const all = [...thumbs.children].map((node) => Number(node.dataset.photo));
  if (!all.length) return;
  const here = all.indexOf(shown);
  pick(all[Math.min(all.length - 1, Math.max(0, here + detail))]);
});
watch("value", draw);
draw();
