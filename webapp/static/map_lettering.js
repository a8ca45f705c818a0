"use strict";
// What was read in a picture, on the map (webapp/map.py, MapView): the frame of a map, the places
// whose names counted, and those that bear the name of a word that is pointed at.

const AREA_KM = 5; // from which radius on a place is drawn as large as it is

function drawLettering(groups, { footprint, names }) {
  const text = (words) => element("span", "", words);
  if (footprint) {
    const frame = L.polygon(footprint.outline, { className: "footprint", fill: false });
    groups.footprint.addLayer(frame.bindTooltip(text(footprint.label), { sticky: true }));
  }
  for (const { latitude, longitude, label, nats } of names || []) {
    const spot = L.circleMarker([latitude, longitude], { className: "read-name", radius: 3 + Math.sqrt(nats) });
    groups.names.addLayer(spot.bindTooltip(text(`${label}: ${nats.toFixed(1)} nats`)));
  }
}

// The first place is the one that counts. Large ones (a country, a sea) are as large as they are.
function drawNamed(group, places) {
  group.clearLayers();
  places.forEach(([latitude, longitude, km], row) => {
    const className = row === 0 ? "named counted" : "named";
    const options = { className, interactive: false };
    if (km > AREA_KM) group.addLayer(L.circle([latitude, longitude], { ...options, radius: km * 1000, className: "named area" }));
    group.addLayer(L.circleMarker([latitude, longitude], { ...options, radius: row === 0 ? 6 : 5 }));
  });
}

// Layers that few pictures have stand in the list only while there is something on them.
function offerLayers(control, offered, groups, layers, view) {
  const there = { names: view?.names?.length > 0, footprint: Boolean(view?.footprint), overlay: Boolean(view?.footprint) };
  for (const [name, here] of Object.entries(there)) {
    if (!layers[name] || here === offered.has(name)) continue;
    if (here) control.addOverlay(groups[name], layers[name]);
    else control.removeLayer(groups[name]);
    if (here) offered.add(name);
    else offered.delete(name);
  }
}
