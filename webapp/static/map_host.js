// Body of gr.HTML's js_on_load: `element`, `props`, `trigger` and `watch` are Gradio's.
// Keeps one map page in a frame, sends it results and the theme, and hands clicks to Python.
const frame = element.querySelector("iframe");
let ready = false;

function tell(message) {
  if (ready) frame.contentWindow.postMessage(message, window.origin);
}
function tellView() {
  tell({ type: "view", view: props.value || null });
}
function tellTheme() {
  tell({ type: "theme", dark: document.querySelector("body.dark, html.dark") !== null });
}
function hear(event) {
  if (!element.isConnected) {
    window.removeEventListener("message", hear);
    theme.disconnect();
    return;
  }
  if (event.source !== frame.contentWindow || !event.data) return;
  if (event.data.type === "ready") {
    ready = true;
    tellTheme();
    tellView();
  }
  if (event.data.type === "click") {
    trigger("map_click", { lat: event.data.lat, lon: event.data.lon });
  }
  if (event.data.type === "file" && event.data.file instanceof File) {
    document.dispatchEvent(new CustomEvent("photo", { detail: event.data.file }));
  }
}

const theme = new MutationObserver(tellTheme);
for (const node of [document.documentElement, document.body]) {
  theme.observe(node, { attributes: true, attributeFilter: ["class"] });
}
window.addEventListener("message", hear);
watch("value", tellView);

// Addresses in the page are relative to the application's root, also behind a proxy.
const root = (window.gradio_config && window.gradio_config.root) || document.baseURI;
const base = document.createElement("base");
base.href = root.replace(/\/*$/, "/");
frame.srcdoc = props.page.replace("<head>", `<head>${base.outerHTML}`);
