// Body of gr.HTML's js_on_load: `element`, `props`, `trigger` and `watch` are Gradio's.
// Keeps one map page in a frame, sends it results and the theme, and hands on what is done there.
const frame = element.querySelector("iframe");
let ready = false;
const together = props.together; // maps of one group move together; an update may drop the prop
const views = (window.geomapclipViews ||= {}); // where each group looks, for a map that joins it
let look = null;
let turn = 0;

function tell(message) {
  if (ready) frame.contentWindow.postMessage(message, window.origin);
}
function tellView() {
  tell({ type: "view", view: props.value || null });
}
// A view may be a sketch while its places are being embedded: ask for more until it is whole.
function tellShare(share = 1) {
  tell({ type: "share", share });
  if (share < 1) trigger("go_on", { turn: turn += 1 }); // comes back: an answer as before is unseen
}
function tellTheme() {
  tell({ type: "theme", dark: document.querySelector("body.dark, html.dark") !== null });
}
const announce = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

const heard = {
  ready({ zoom, lat, lon }) {
    ready = true;
    tellTheme();
    tellView();
    if (props.value) tellShare(props.value.share);
    if (together) look ||= views[together] ||= { type: "look", follow: true, zoom, lat, lon };
    if (look) tell(look);
  },
  click: ({ lat, lon }) => trigger("map_click", { lat, lon }),
  box: ({ west, south, east, north }) => trigger("map_box", { west, south, east, north }),
  pin: ({ rank }) => announce("place-chosen", rank),
  photo: ({ number }) => announce("pick-photo", number),
  mark: ({ name, lat, lon }) => trigger("mark_drag", { name, lat, lon }),
  moved({ zoom, lat, lon }) {
    if (together) {
      views[together] = { type: "look", follow: true, zoom, lat, lon };
      announce("map-moved", { from: frame, group: together, zoom, lat, lon });
    }
    else window.geomapclipView = `${zoom.toFixed(2)}/${lat.toFixed(4)}/${lon.toFixed(4)}`;
  },
  files({ files }) {
    if (Array.isArray(files) && files.every((file) => file instanceof File)) announce("photos", files);
  },
  points: () => trigger("gallery_points"),
  hover: ({ lat, lon }) => trigger("map_hover", { lat, lon }),
  overlay: () => trigger("map_overlay"),
};

function hear(event) {
  if (!element.isConnected) {
    window.removeEventListener("message", hear);
    theme.disconnect();
    return;
  }
  if (event.source !== frame.contentWindow || !event.data) return;
  if (Object.hasOwn(heard, event.data.type)) heard[event.data.type](event.data);
}

const theme = new MutationObserver(tellTheme);
for (const node of [document.documentElement, document.body]) {
  theme.observe(node, { attributes: true, attributeFilter: ["class"] });
}
window.addEventListener("message", hear);
// Each tab has its map, and what is done in one does not move the others'.
document.addEventListener("visit-place", ({ detail }) => frame.offsetParent && tell({ type: "visit", rank: detail }));
document.addEventListener("point-at-place", ({ detail }) => frame.offsetParent && tell({ type: "point", rank: detail }));
document.addEventListener("named-places", ({ detail }) => frame.offsetParent && tell({ type: "named", places: detail }));
document.addEventListener("visit-frame", () => frame.offsetParent && tell({ type: "frame" }));
// Maps that are shown beside each other move together.
document.addEventListener("map-moved", ({ detail: { from, group, zoom, lat, lon } }) => {
  if (from !== frame && group === together) tell(look = { type: "look", follow: true, zoom, lat, lon });
});
document.addEventListener("look-at", ({ detail }) => {
  if (together) return;
  look = { type: "look", ...detail };
  tell(look);
});
watch("value", () => {
  tellView();
  if (props.value) tellShare(props.value.share);
});
watch("grown", () => props.grown && tellShare(props.grown.share));
watch("named", () => tell({ type: "name", ...props.named }));
watch("overlay", () => tell({ type: "overlay", picture: props.overlay }));
watch("points", () => tell({ type: "points", picture: props.points }));

// Addresses in the page are relative to the application's root, also behind a proxy.
const root = (window.gradio_config && window.gradio_config.root) || document.baseURI;
const base = document.createElement("base");
base.href = root.replace(/\/*$/, "/");

// One map brings the page with the world's outlines; the others only say how theirs begins.
function open() {
  const start = props.start ? `<script>window.mapStart = ${JSON.stringify(props.start)}</script>` : "";
  frame.srcdoc = window.geomapclipMap.replace("<head>", () => `<head>${base.outerHTML}${start}`);
}
if (props.page) {
  window.geomapclipMap = props.page;
  announce("map-page");
}
if (window.geomapclipMap) open();
else document.addEventListener("map-page", open, { once: true });
