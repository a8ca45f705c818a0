// Body of gr.HTML's js_on_load: rows of the table and pins of the map show each other; keys; copy.
const rows = () => [...document.querySelectorAll("table.places [data-rank]")].map((node) => node.closest("tr"))
  .filter((row) => row.offsetParent); // those of the open tab
const rankOf = (row) => Number(row.querySelector("[data-rank]").dataset.rank);

function select(rank) {
  for (const row of rows()) {
    const here = rankOf(row) === rank;
    row.classList.toggle("selected", here);
    row.querySelector("[data-rank]").setAttribute("aria-pressed", String(here));
    if (here) row.scrollIntoView({ block: "nearest" });
  }
}

function visit(rank) {
  select(rank);
  document.dispatchEvent(new CustomEvent("visit-place", { detail: rank }));
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.body.appendChild(document.createElement("textarea")); // a plain http page
    area.value = text;
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  button?.classList.add("copied");
  setTimeout(() => button?.classList.remove("copied"), 1200);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-copy]");
  const link = target.closest?.("table.places [data-photo]");
  const row = target.closest?.("table.places tr");
  if (button) copy(button.dataset.copy, button);
  else if (link || row?.querySelector("[data-photo]")) {
    const number = (link || row.querySelector("[data-photo]")).dataset.photo;
    document.dispatchEvent(new CustomEvent("pick-photo", { detail: Number(number) }));
  } else if (row?.querySelector("[data-rank]")) visit(rankOf(row));
  if (target.closest?.("[data-frame]")) document.dispatchEvent(new CustomEvent("visit-frame"));
  if (target.closest?.(".keys-button")) document.querySelector("dialog.keys").showModal();
  if (target.closest?.(".keys-close")) document.querySelector("dialog.keys").close();
});
document.addEventListener("mouseover", ({ target }) => {
  const row = target.closest?.("table.places tr");
  const rank = row?.querySelector("[data-rank]") ? rankOf(row) : null;
  document.dispatchEvent(new CustomEvent("point-at-place", { detail: rank }));
});
document.addEventListener("copy-text", ({ detail }) => copy(detail, null));
document.addEventListener("place-chosen", ({ detail }) => select(detail));

function press({ key, target, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return false;
  if (target.closest?.("input, textarea, select, [contenteditable], [role=tab], [role=slider], dialog")) return false;
  if (key === "?") {
    document.querySelector("dialog.keys").showModal();
    return true;
  }
  if (!document.querySelector("#photo")?.offsetParent) return false; // another tab is open
  if (key === "o") {
    document.querySelector("#photo input[type=file]")?.click();
    return true;
  }
  if (key === "ArrowDown" || key === "ArrowUp") {
    const ranks = rows().map(rankOf);
    if (!ranks.length) return false;
    const here = ranks.indexOf(rankOf(rows().find((row) => row.classList.contains("selected")) || rows()[0]));
    const chosen = rows().some((row) => row.classList.contains("selected"));
    const next = chosen ? here + (key === "ArrowDown" ? 1 : -1) : 0;
    visit(ranks[Math.min(ranks.length - 1, Math.max(0, next))]);
    return true;
  }
  if (key === "ArrowLeft" || key === "ArrowRight") {
    document.dispatchEvent(new CustomEvent("step-photo", { detail: key === "ArrowRight" ? 1 : -1 }));
    return true;
  }
  return false;
}
document.addEventListener("keydown", (event) => {
  if (press(event)) event.preventDefault();
});
