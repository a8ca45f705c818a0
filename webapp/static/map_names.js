"use strict";
// What the explorer's map tells beside its colours: the place under a resting pointer, and how much
// of the colours is still to come.

const REST_MS = 250; // of the pointer, before the page around is asked for the place's name

function nameOnHover(map, wanted, ask) {
  const tip = L.tooltip({ className: "place-name", offset: [8, 0], direction: "auto" });
  let resting = 0;
  let spot = null;
  function away() {
    clearTimeout(resting);
    spot = null;
    tip.remove();
  }
  map.on("mousemove", ({ latlng, originalEvent }) => {
    away();
    const onMap = originalEvent.target === map.getContainer();
    if (!wanted() || !onMap || originalEvent.buttons) return;
    resting = setTimeout(() => {
      spot = latlng;
      const { lat, lng } = latlng.wrap();
      ask(lat, lng);
    }, REST_MS);
  });
  map.on("mouseout movestart mousedown", away);
  return ({ lat, lon, text }) => {
    if (!text || !spot?.wrap().equals([lat, lon])) return; // the pointer has moved on
    tip.setContent(element("span", "", text)).setLatLng(spot).addTo(map);
  };
}

// Says that a sketch is shown; the words are read aloud once, not with every percent.
function showShare(map) {
  const percent = element("span", "", "");
  percent.setAttribute("aria-hidden", "true");
  const bar = element("progress", "", "");
  bar.setAttribute("aria-label", "Places encoded");
  const words = element("span", "", "");
  words.setAttribute("role", "status");
  const box = element("div", "encoding", "", element("div", "", "", words, percent), bar);
  box.hidden = true;
  map.getContainer().append(box);
  return (share) => {
    box.hidden = share >= 1;
    words.textContent = share < 1 ? "Colouring the world: encoding its places once" : "";
    percent.textContent = ` … ${Math.round(share * 100)} %`;
    bar.value = share;
  };
}
