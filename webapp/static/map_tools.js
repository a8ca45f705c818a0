"use strict";
// What the map's script (map_frame.js) uses: the shortest line, online tiles, boxes drawn by hand.

// The great circle between two places, cut where it leaves the map at the antimeridian.
function geodesic(from, to, steps = 96) {
  const radians = Math.PI / 180;
  const vector = ({ latitude, longitude }) => {
    const [y, x] = [latitude * radians, longitude * radians];
    return [Math.cos(y) * Math.cos(x), Math.cos(y) * Math.sin(x), Math.sin(y)];
  };
  const [a, b] = [vector(from), vector(to)];
  const angle = Math.acos(Math.min(1, Math.max(-1, a.reduce((sum, each, axis) => sum + each * b[axis], 0))));
  const lines = [[]];
  for (let step = 0; step <= steps; step += 1) {
    const share = step / steps;
    const [near, far] = angle < 1e-9
      ? [1 - share, share]
      : [Math.sin((1 - share) * angle) / Math.sin(angle), Math.sin(share * angle) / Math.sin(angle)];
    const [x, y, z] = a.map((each, axis) => near * each + far * b[axis]);
    const spot = [Math.atan2(z, Math.hypot(x, y)) / radians, Math.atan2(y, x) / radians];
    const last = lines.at(-1).at(-1);
    if (last && Math.abs(last[1] - spot[1]) > 180) lines.push([]);
    lines.at(-1).push(spot);
  }
  return lines;
}

// Base maps. The first is in the page; the others ask their hosts, and only once they are chosen.
function onlineTiles(map) {
  const osm = '&copy; <a href="https://www.openstreetmap.org/copyright">OpenStreetMap</a> contributors';
  const carto = `${osm} &copy; <a href="https://carto.com/attributions">CARTO</a>`;
  const options = { maxZoom: 19, referrerPolicy: "strict-origin-when-cross-origin" };
  const tiles = (url, attribution) => L.tileLayer(url, { ...options, attribution });
  const none = L.layerGroup().addTo(map);
  map.on("baselayerchange", ({ layer }) => {
    document.documentElement.classList.toggle("tiled", layer !== none);
  });
  return {
    "Outlines (no outside host)": none,
    "OpenStreetMap (online)": tiles("https://tile.openstreetmap.org/{z}/{x}/{y}.png", osm),
    "Light tiles (online)": tiles("https://{s}.basemaps.cartocdn.com/light_all/{z}/{x}/{y}{r}.png", carto),
    "Dark tiles (online)": tiles("https://{s}.basemaps.cartocdn.com/dark_all/{z}/{x}/{y}{r}.png", carto),
  };
}

// Shift-drag, or a drag once the button is pressed, draws a box. Returns whether one is being drawn.
function drawBoxes(map, found) {
  let start = null;
  let shape = null;
  let armed = false;
  let lately = false;
  map.boxZoom.disable();
  const control = L.control({ position: "topleft" });
  const button = L.DomUtil.create("a", "draw-box");
  Object.assign(button, { href: "#", role: "button", title: "Draw a box to look in (or Shift-drag)" });
  button.setAttribute("aria-label", "Draw a box to look in");
  button.setAttribute("aria-pressed", "false");
  control.onAdd = () => {
    const bar = L.DomUtil.create("div", "leaflet-bar");
    bar.append(button);
    L.DomEvent.disableClickPropagation(bar);
    return bar;
  };
  control.addTo(map);

  function arm(on) {
    armed = on;
    button.setAttribute("aria-pressed", String(on));
    map.getContainer().classList.toggle("drawing", on);
    if (on) map.dragging.disable();
    else map.dragging.enable();
  }
  button.addEventListener("click", (event) => {
    event.preventDefault();
    arm(!armed);
  });
  map.on("mousedown", ({ latlng, originalEvent }) => {
    if (!armed && !originalEvent.shiftKey) return;
    map.dragging.disable();
    start = latlng;
    shape = L.rectangle([latlng, latlng], { className: "filter-box", interactive: false }).addTo(map);
  });
  map.on("mousemove", ({ latlng }) => shape?.setBounds([start, latlng]));
  document.addEventListener("mouseup", () => {
    if (!shape) return;
    const bounds = shape.getBounds();
    const turn = (longitude) => ((((longitude + 180) % 360) + 360) % 360) - 180;
    const pole = (latitude) => Math.max(-90, Math.min(90, latitude));
    shape.remove();
    shape = null;
    arm(false);
    lately = true; // the click that ends the drag names no place
    setTimeout(() => { lately = false; }, 50);
    if (bounds.getNorth() - bounds.getSouth() < 1e-3 || bounds.getEast() - bounds.getWest() < 1e-3) return;
    const whole = bounds.getEast() - bounds.getWest() >= 360;
    found(
      whole ? -180 : turn(bounds.getWest()), pole(bounds.getSouth()),
      whole ? 180 : turn(bounds.getEast()), pole(bounds.getNorth()),
    );
  });
  return () => lately || shape !== null || armed;
}
