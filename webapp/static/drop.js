// Body of gr.HTML's js_on_load. More ways to give photos: drop them anywhere on the page or on the
// map, or paste one. All of them go through Gradio's own upload, which checks and names them.
// They are silent while another tab is open, which may want files of its own.
const input = () => document.querySelector("#photo input[type=file]");
const open = () => document.querySelector("#photo")?.offsetParent;

function give(files) {
  if (!files.length || !input()) return;
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  input().files = transfer.files;
  input().dispatchEvent(new Event("change", { bubbles: true }));
}

function accept(event, transfer) {
  if (!transfer || !transfer.files.length || !open()) return;
  if (event.type === "drop" && event.target.closest?.(".own-gallery")) return; // a file of its own
  event.preventDefault();
  event.stopPropagation();
  give([...transfer.files]);
}

for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => event.preventDefault()); // or a browser opens the file
}
document.addEventListener("dragover", () => {
  if (open()) document.body.classList.add("dragging");
});
for (const end of ["drop", "dragend", "mouseleave"]) {
  document.addEventListener(end, () => document.body.classList.remove("dragging"), true);
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dragging");
});
document.addEventListener("drop", (event) => accept(event, event.dataTransfer), true);
document.addEventListener("paste", (event) => accept(event, event.clipboardData));
document.addEventListener("photos", (event) => give(event.detail));
