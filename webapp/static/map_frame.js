"use strict";
// Runs inside the map's page. Draws results (webapp/map.py, MapView.to_json) and tells the page
// around it where the user clicked.

const FOCUS = { padding: [36, 36], maxZoom: 6.5 }; // no nearer by default than a city's surroundings

function startMap(map, { view, live, world }) {
  const root = document.documentElement;
  const groups = {
    heatmap: L.layerGroup(),
    regions: L.layerGroup(),
    pins: L.layerGroup(),
    truth: L.layerGroup(),
    clicked: L.layerGroup(),
  };
  const legend = L.control({ position: "bottomleft" });
  const box = L.DomUtil.create("div", "legend");
  legend.onAdd = () => box;

  map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  map.attributionControl.addAttribution("Natural Earth");
  map.setMaxBounds([[-89, -200], [89, 200]]);
  map.fitBounds(world, { animate: false });
  drawCoastAbove();
  map.on("zoomend", thickenLines);
  thickenLines();
  Object.values(groups).forEach((group) => group.addTo(map));
  L.control.layers(null, {
    Heatmap: groups.heatmap,
    "50 % and 90 % regions": groups.regions,
    "Best places": groups.pins,
    "Photo's own place": groups.truth,
  }).addTo(map);
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());

  // The coast once more, above the heatmap, which would hide it.
  function drawCoastAbove() {
    let land = null;
    map.eachLayer((layer) => {
      if (layer instanceof L.GeoJSON && layer.options.className === "land") land = layer;
    });
    const style = { pane: "borders", className: "borders", interactive: false };
    L.geoJSON(land.toGeoJSON(), style).addTo(map);
  }

  function thickenLines() {
    const near = Math.min(1, Math.max(0, (map.getZoom() - 2) / 3));
    root.style.setProperty("--near", near.toFixed(2));
  }

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

  function region({ share, label, geometry }) {
    const className = share > 0.5 ? "region dashed" : "region";
    return L.geoJSON(geometry, { className }).bindTooltip(element("span", "", label), { sticky: true });
  }

  function drawLegend({ heatmap, regions, truth }) {
    const rows = [];
    if (heatmap) {
      const { title, low, high, colours } = heatmap.legend;
      const bar = element("div", "bar", "");
      bar.style.background = `linear-gradient(to right, ${colours.join(", ")})`;
      const ends = element("div", "ends", "", element("span", "", low), element("span", "", high));
      rows.push(element("div", "", `${title} (log scale)`), bar, ends);
    }
    const row = (sign, text) => element("div", "row", "", element("span", sign, ""), element("span", "", text));
    regions.forEach(({ share }) => rows.push(
      row(share > 0.5 ? "line dashed" : "line", `${Math.round(share * 100)} % of the belief`),
    ));
    if (truth) rows.push(row("diamond", "the photo's own place (EXIF)"));
    box.replaceChildren(...rows);
    legend.addTo(map);
  }

  function draw(next) {
    Object.values(groups).forEach((group) => group.clearLayers());
    map.closePopup();
    legend.remove();
    if (!next) return;
    if (next.heatmap) {
      const { url, bounds } = next.heatmap;
      groups.heatmap.addLayer(L.imageOverlay(url, bounds, { pane: "heatmap", className: "heatmap" }));
    }
    next.regions.forEach((each) => groups.regions.addLayer(region(each)));
    [...next.pins].reverse().forEach((pin) => {
      const className = pin.rank === 1 ? "pin best" : "pin";
      const place = marker(pin, `${pin.rank}. ${pin.label}`, className, pin.rank);
      groups.pins.addLayer(place.setZIndexOffset(1000 - 10 * pin.rank));
    });
    if (next.truth) {
      groups.truth.addLayer(marker(next.truth, "Where the photo was made (EXIF)", "truth", "", 30));
    }
    drawLegend(next);
    if (next.focus) {
      const still = !live || matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (still) map.fitBounds(next.focus, { ...FOCUS, animate: false });
      else map.flyToBounds(next.focus, { ...FOCUS, duration: 0.9 });
    }
  }

  const setDark = (dark) => root.classList.toggle("dark", dark);
  setDark(matchMedia("(prefers-color-scheme: dark)").matches);
  draw(view);
  if (!live) return;

  const tell = (message) => window.parent.postMessage(message, self.origin);
  window.addEventListener("message", ({ source, data }) => {
    if (source !== window.parent || !data) return;
    if (data.type === "view") draw(data.view);
    if (data.type === "theme") setDark(data.dark);
  });
  map.on("click", ({ latlng }) => {
    const { lat, lng } = latlng.wrap();
    groups.clicked.clearLayers();
    groups.clicked.addLayer(L.circleMarker(latlng, { className: "clicked", radius: 6, interactive: false }));
    tell({ type: "click", lat, lon: lng });
  });
  // A photo dropped on the map would replace it; the page around knows what to do with it.
  window.addEventListener("dragover", (event) => event.preventDefault());
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) tell({ type: "file", file: event.dataTransfer.files[0] });
  });
  tell({ type: "ready" });
}
