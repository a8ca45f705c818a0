// Added to map_host.js for "Guess first": the player's pin, by mouse and by keys.
const STEP = 5; // degrees that an arrow key moves the pin; a tenth of it with Shift
const EDGE = 85; // of the map, in degrees
const ARROWS = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const buttons = Object.fromEntries([...element.querySelectorAll("[data-act]")].map((each) => [each.dataset.act, each]));
let pin = null;
let later = 0;

const state = () => props.value?.game || { open: false, more: false };
const wrap = (longitude) => ((((longitude + 180) % 360) + 360) % 360) - 180;

function showButtons() {
  buttons.guess.disabled = !state().open || pin === null;
  buttons.next.disabled = !state().more;
}
function put(lat, lon) {
  if (!state().open) return;
  pin = { lat: Math.min(EDGE, Math.max(-EDGE, lat)), lon: wrap(lon) };
  const mark = { name: "You", latitude: pin.lat, longitude: pin.lon, label: "your pin", detail: "Drag it, or use the arrow keys" };
  tell({ type: "view", view: { ...props.value, focus: null, marks: [mark], visit: "You" } });
  showButtons();
  clearTimeout(later);
  later = setTimeout(() => trigger("pin_moved", pin), 250); // its name, once it rests
}
function guess() {
  if (!state().open || pin === null) return;
  clearTimeout(later);
  buttons.guess.disabled = true;
  trigger("guess", pin);
}
function next() {
  if (!state().more) return;
  buttons.next.disabled = true;
  trigger("next_picture");
}
function press(key, shift) {
  if (Object.hasOwn(ARROWS, key)) {
    const [north, east] = ARROWS[key].map((way) => way * STEP * (shift ? 0.1 : 1));
    if (pin) put(pin.lat + north, pin.lon + east);
    else put(20, 0); // the middle of the world that is shown
  } else if (key === "Enter") guess();
  else if (key === "n" || key === "N") next();
  else return false;
  return true;
}

heard.click = ({ lat, lon }) => put(lat, lon);
heard.mark = ({ lat, lon }) => put(lat, lon);
heard.key = ({ key, shift }) => press(key, shift);
buttons.guess.addEventListener("click", guess);
buttons.next.addEventListener("click", next);
// Before all others: arrow keys mean something else in other tabs.
function onKey(event) {
  if (!element.isConnected) return document.removeEventListener("keydown", onKey, true);
  const { key, shiftKey, target, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey || altKey || !frame.offsetParent) return undefined;
  if (target.closest?.("input, textarea, select, [contenteditable], [role=slider], dialog")) return undefined;
  if (Object.hasOwn(ARROWS, key)) target.closest?.("button")?.blur(); // or Enter would press it
  if (key === "Enter" && target.closest?.("button, a")) return undefined; // presses that button
  if (press(key, shiftKey)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  return undefined;
}
document.addEventListener("keydown", onKey, true);
watch("value", () => {
  pin = null;
  showButtons();
});
showButtons();
