// Body of gr.HTML's js_on_load. More ways to give a photo: drop it anywhere on the page or on the
// map, or paste it, also while the last one is still there (Gradio's own zone is gone by then).
const findInput = () => document.querySelector("#photo input[type=file]");

async function give(file) {
  if (!findInput()) {
    document.querySelector("#photo button[aria-label=Clear]")?.click();
    for (let tries = 0; tries < 50 && !findInput(); tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }
  const input = findInput();
  if (!input) return;
  const files = new DataTransfer();
  files.items.add(file);
  input.files = files.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function accept(event, transfer) {
  if (!transfer || !transfer.files.length) return;
  event.preventDefault();
  event.stopPropagation();
  give(transfer.files[0]);
}

document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => accept(event, event.dataTransfer), true);
document.addEventListener("paste", (event) => accept(event, event.clipboardData));
document.addEventListener("photo", (event) => give(event.detail));
