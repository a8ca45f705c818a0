"use strict";
// Places that the user chose on the map (webapp/world.py, WorldView): pins that can be dragged, and
// the shortest line between two of them, or from one to the truth. A fixed one can be clicked.

function drawMarks(map, group, { marks, visit, truth }, tell) {
  for (const mark of marks) {
    const pin = marker(mark, `${mark.name}: ${mark.label}`, `pin mark mark-${mark.name}`, mark.name, 30);
    if (tell) {
      pin.options.draggable = !mark.fixed;
      pin.on(mark.fixed ? "click" : "dragend", () => {
        const { lat, lng } = pin.getLatLng().wrap();
        tell({ type: "mark", name: mark.name, lat, lon: lng });
      });
    }
    group.addLayer(pin.setZIndexOffset(2000));
  }
  const ends = truth ? [...marks, truth] : marks.filter(({ fixed }) => !fixed);
  if (ends.length === 2) {
    group.addLayer(L.polyline(geodesic(...ends), { className: "geodesic", interactive: false }));
  }
  // A place that was typed may lie outside of what is seen; one that was clicked never does.
  const sought = marks.find(({ name }) => name === visit);
  if (sought && !map.getBounds().contains([sought.latitude, sought.longitude])) {
    map.panTo([sought.latitude, sought.longitude], { animate: false });
  }
}
