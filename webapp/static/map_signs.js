"use strict";
// What the map's script (map_frame.js) draws with: elements, pins, the legend, pins of many pictures.

// All text from outside goes through here, so that none of it is read as HTML.
function element(tag, className, text, ...children) {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  node.append(...children);
  return node;
}

function marker({ latitude, longitude, detail }, title, className, sign, size = 26) {
  const icon = L.divIcon({ className, html: element("span", "", sign), iconSize: [size, size] });
  const popup = element("div", "", "", element("strong", "", title), element("div", "", detail));
  const pin = L.marker([latitude, longitude], { icon, title, riseOnHover: true });
  pin.bindPopup(popup, { autoPanPadding: [20, 20] });
  pin.on("add", () => pin.getElement().setAttribute("aria-label", `${title}. ${detail}`));
  return pin;
}

function opacitySlider(opacity, changed) {
  const slider = element("input", "", "");
  Object.assign(slider, { type: "range", min: 0, max: 100, value: opacity * 100 });
  slider.setAttribute("aria-label", "Opacity of the heatmap");
  slider.addEventListener("input", () => changed(slider.value / 100));
  return element("label", "row", "", element("span", "", "Opacity"), slider);
}

// The rows of the legend; none where there is nothing to explain.
function legendRows({ heatmap, regions, truth, footprint }, slider) {
  const rows = [];
  if (heatmap) {
    const { title, low, high, colours, keys } = heatmap.legend;
    rows.push(element("div", "", title));
    if (colours) {
      const bar = element("div", "bar", "");
      bar.style.background = `linear-gradient(to right, ${colours.join(", ")})`;
      const ends = element("div", "ends", "", element("span", "", low), element("span", "", high));
      rows.push(bar, ends);
    }
    for (const [colour, text] of keys || []) {
      const swatch = element("span", "swatch", "");
      swatch.style.background = colour;
      rows.push(element("div", "row", "", swatch, element("span", "", text)));
    }
    rows.push(slider);
  }
  const row = (sign, text) => element("div", "row", "", element("span", sign, ""), element("span", "", text));
  for (const { share } of regions) {
    rows.push(row(share > 0.5 ? "line dashed" : "line", `${Math.round(share * 100)} % of the belief`));
  }
  if (footprint) rows.push(row("line frame", "Frame of the map"));
  if (truth) rows.push(row("diamond", truth.label));
  return rows;
}

// One pin for each picture; those that would cover each other become one with their number.
function drawPhotos(map, group, photos, chosen) {
  group.clearLayers();
  const heaps = new Map();
  for (const photo of photos) {
    const { x, y } = map.project([photo.latitude, photo.longitude]).divideBy(44).floor();
    const key = `${x} ${y}`;
    heaps.set(key, [...(heaps.get(key) || []), photo]);
  }
  const deepest = map.getZoom() >= map.getMaxZoom();
  for (const heap of heaps.values()) {
    if (heap.length > 1 && !deepest) {
      group.addLayer(heapPin(map, heap));
      continue;
    }
    for (const photo of heap) {
      const pin = marker(photo, photo.label, "pin photo", photo.number);
      pin.on("click", () => chosen(photo.number));
      group.addLayer(pin);
    }
  }
}

function heapPin(map, heap) {
  const middle = (name) => heap.reduce((sum, photo) => sum + photo[name], 0) / heap.length;
  const spot = { latitude: middle("latitude"), longitude: middle("longitude"), detail: "Zoom in to see each" };
  const pin = marker(spot, `${heap.length} pictures`, "pin heap", heap.length, 34).unbindPopup();
  pin.on("click", () => {
    const bounds = L.latLngBounds(heap.map((photo) => [photo.latitude, photo.longitude]));
    const flat = bounds.getNorth() - bounds.getSouth() < 1e-6 && bounds.getEast() - bounds.getWest() < 1e-6;
    if (flat) map.setView(bounds.getCenter(), map.getMaxZoom());
    else map.fitBounds(bounds, { padding: [60, 60] });
  });
  return pin;
}
