"use strict";
// Runs inside the map's page. Draws results (webapp/map.py, MapView.to_json) and tells the page
// around it where the user clicked.

const FOCUS = { padding: [36, 36], maxZoom: 6.5 }; // no nearer by default than a city's surroundings

const ASKED_FOR = ["points", "overlay"]; // layers that the server draws once they are chosen
const SELDOM = ["names", "footprint", "overlay"]; // layers that most pictures do not have

function startMap(map, { view, live, world, layers, boxes, keys }) {
  const root = document.documentElement;
  const tell = (message) => live && window.parent.postMessage(message, self.origin);
  const groups = {
    heatmap: L.layerGroup(),
    regions: L.layerGroup(),
    pins: L.layerGroup(),
    truth: L.layerGroup(),
    points: L.layerGroup(),
    photos: L.layerGroup(),
    box: L.layerGroup(),
    marks: L.layerGroup(),
    clicked: L.layerGroup(),
    footprint: L.layerGroup(),
    overlay: L.layerGroup(),
    names: L.layerGroup(),
    named: L.layerGroup(),
  };
  const pins = new Map();
  let shownView = null;
  let opacity = 1;
  let following = false;
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
  Object.entries(groups).forEach(([name, group]) => ASKED_FOR.includes(name) || group.addTo(map));
  const choices = Object.entries(layers).filter(([name]) => !SELDOM.includes(name)).map(([name, title]) => [title, groups[name]]);
  const control = L.control.layers(live ? onlineTiles(map) : null, Object.fromEntries(choices)).addTo(map);
  const offered = new Set();
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

  function region({ share, label, geometry }) {
    const className = share > 0.5 ? "region dashed" : "region";
    return L.geoJSON(geometry, { className }).bindTooltip(element("span", "", label), { sticky: true });
  }

  function draw(next) {
    if (next && next.gallery !== shownView?.gallery) {
      groups.points.clearLayers();
      if (map.hasLayer(groups.points)) tell({ type: "points" });
    }
    const sameFrame = JSON.stringify(next?.footprint) === JSON.stringify(shownView?.footprint);
    const kept = sameFrame ? ASKED_FOR : ["points"];
    Object.entries(groups).forEach(([name, group]) => kept.includes(name) || group.clearLayers());
    shownView = next;
    offerLayers(control, offered, groups, layers, next);
    if (!sameFrame && next?.footprint && map.hasLayer(groups.overlay)) askOverlay();
    pins.clear();
    map.closePopup();
    legend.remove();
    if (!next) return;
    if (next.heatmap) {
      const { url, bounds } = next.heatmap;
      groups.heatmap.addLayer(L.imageOverlay(url, bounds, { pane: "heatmap", className: "heatmap", opacity }));
    }
    next.regions.forEach((each) => groups.regions.addLayer(region(each)));
    [...next.pins].reverse().forEach((pin) => {
      const className = pin.rank === 1 ? "pin best" : "pin";
      const place = marker(pin, `${pin.rank}. ${pin.label}`, className, pin.rank);
      groups.pins.addLayer(place.setZIndexOffset(1000 - 10 * pin.rank));
      place.on("click", () => choose(pin.rank));
      pins.set(pin.rank, place);
    });
    if (next.truth) {
      groups.truth.addLayer(marker(next.truth, next.truth.label, "truth", "", 30));
      const best = next.pins.find(({ rank }) => rank === 1);
      const line = L.polyline(geodesic(best, next.truth), { className: "geodesic" });
      groups.truth.addLayer(line.bindTooltip(element("span", "", next.truth.detail), { sticky: true }));
    }
    if (next.box) {
      const [west, south, east, north] = next.box;
      const corners = [[south, west], [north, west > east ? east + 360 : east]];
      groups.box.addLayer(L.rectangle(corners, { className: "filter-box", interactive: false }));
    }
    drawLettering(groups, next);
    drawAll();
    if (next.marks) drawMarks(map, groups.marks, next, live && tell);
    drawLegend(next);
    const best = next.pins[0] && [next.pins[0].latitude, next.pins[0].longitude];
    if (next.focus && !(next.gently && best && map.getBounds().contains(best))) {
      const still = !live || matchMedia("(prefers-reduced-motion: reduce)").matches;
      const covered = map.getSize().x < 500 ? box.offsetHeight : 0; // by the legend, on a phone
      const room = { ...FOCUS, paddingBottomRight: [FOCUS.padding[0], FOCUS.padding[1] + covered], ...next.fit };
      if (still) map.fitBounds(next.focus, { ...room, animate: false });
      else map.flyToBounds(next.focus, { ...room, duration: 0.9 });
    }
  }

  function askOverlay() {
    tell({ type: "overlay" });
  }

  function showFrame() {
    const bounds = L.latLngBounds(shownView?.footprint?.outline || []);
    if (bounds.isValid()) map.fitBounds(bounds, { padding: FOCUS.padding, animate: false });
  }

  function drawAll() {
    drawPhotos(map, groups.photos, shownView?.photos || [], (number) => tell({ type: "photo", number }));
  }

  function drawLegend(next) {
    const slider = opacitySlider(opacity, (value) => {
      opacity = value;
      groups.heatmap.eachLayer((layer) => layer.setOpacity(opacity));
    });
    const rows = legendRows(next, slider);
    box.replaceChildren(...rows);
    if (rows.length) legend.addTo(map);
    L.DomEvent.disableClickPropagation(box);
  }

  function choose(rank) {
    for (const [each, pin] of pins) pin.getElement()?.classList.toggle("chosen", each === rank);
    tell({ type: "pin", rank });
  }

  map.on("zoomend", drawAll);

  const setDark = (dark) => root.classList.toggle("dark", dark);
  setDark(matchMedia("(prefers-color-scheme: dark)").matches);
  draw(view);
  if (!live) return;

  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const share = showShare(map);
  const named = nameOnHover(map, () => shownView?.named, (lat, lon) => tell({ type: "hover", lat, lon }));
  const told = {
    view: (message) => draw(message.view),
    share: (message) => share(message.share),
    name: (message) => named(message),
    theme: ({ dark }) => setDark(dark),
    look({ zoom, lat, lon, follow }) {
      following = Boolean(follow); // or two maps would answer each other's rounding for ever
      map.setView([lat, lon], zoom, { animate: false });
      following = false;
    },
    point({ rank }) {
      for (const [each, pin] of pins) pin.getElement()?.classList.toggle("pointed", each === rank);
    },
    visit({ rank }) {
      const pin = pins.get(rank);
      if (!pin) return;
      choose(rank);
      const zoom = Math.max(map.getZoom(), 5);
      if (still.matches) map.setView(pin.getLatLng(), zoom, { animate: false });
      else map.flyTo(pin.getLatLng(), zoom, { duration: 0.7 });
      pin.openPopup();
    },
    points({ picture }) {
      groups.points.clearLayers();
      if (!picture) return;
      const image = L.imageOverlay(picture.url, picture.bounds, { pane: "heatmap", className: "points" });
      groups.points.addLayer(image);
    },
  };
  told.named = ({ places }) => drawNamed(groups.named, places);
  told.frame = showFrame;
  told.overlay = ({ picture }) => {
    groups.overlay.clearLayers();
    if (!picture || !shownView?.footprint) return;
    const image = L.imageOverlay(picture.url, picture.bounds, { pane: "overlay", className: "overlay" });
    groups.overlay.addLayer(image);
  };
  window.addEventListener("message", ({ source, data }) => {
    if (source === window.parent && data && Object.hasOwn(told, data.type)) told[data.type](data);
  });
  const askPoints = () => tell({ type: "points" });
  map.on("overlayadd", ({ layer }) => {
    if (layer === groups.points) askPoints();
    if (layer !== groups.overlay) return;
    askOverlay();
    showFrame();
  });
  const seen = () => ({ zoom: map.getZoom(), lat: map.getCenter().lat, lon: map.getCenter().lng });
  map.on("moveend", () => following || tell({ type: "moved", ...seen() }));
  const drawing = boxes ? drawBoxes(map, (west, south, east, north) => tell({ type: "box", west, south, east, north })) : () => false;
  map.on("click", ({ latlng }) => {
    if (drawing()) return;
    const { lat, lng } = latlng.wrap();
    groups.clicked.clearLayers();
    groups.clicked.addLayer(L.circleMarker(latlng, { className: "clicked", radius: 6, interactive: false }));
    tell({ type: "click", lat, lon: lng });
  });
  if (keys) {
    map.keyboard.disable();
    window.addEventListener("keydown", (event) => {
      const { key, shiftKey, ctrlKey, metaKey, altKey, target } = event;
      if (ctrlKey || metaKey || altKey || target.closest("input, label")) return;
      if (!/^(Arrow.*|[nN])$/.test(key) && !(key === "Enter" && !target.closest("a, .leaflet-marker-icon"))) return;
      event.preventDefault();
      tell({ type: "key", key, shift: shiftKey });
    });
  }
  // Photos dropped on the map would replace it; the page around knows what to do with them.
  window.addEventListener("dragover", (event) => event.preventDefault());
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) tell({ type: "files", files: [...event.dataTransfer.files] });
  });
  tell({ type: "ready", ...seen() });
}
