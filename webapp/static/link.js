(k, countries, box, density, temperature, tenCrop, lettering) => {
  // The address bears settings and view, and nothing of any photo.
  const hash = new URLSearchParams({ k });
  if (countries.length) hash.set("countries", countries.join(";"));
  if (box) hash.set("box", box);
  if (density) hash.set("density", "1");
  if (temperature !== 1) hash.set("temperature", temperature);
  if (tenCrop) hash.set("tencrop", "1");
  if (lettering !== "auto") hash.set("read", lettering);
  if (window.geomapclipView) hash.set("map", window.geomapclipView);
  history.replaceState(null, "", `#${hash}`);
  document.dispatchEvent(new CustomEvent("copy-text", { detail: location.href }));
}
