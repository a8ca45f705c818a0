// Body of gr.HTML's js_on_load. A neighbour in the table is chosen as place B.
element.addEventListener("click", ({ target }) => {
  const row = target.closest("[data-lat]");
  if (row) trigger("go", { lat: Number(row.dataset.lat), lon: Number(row.dataset.lon) });
});
