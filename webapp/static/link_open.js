() => {
  const hash = new URLSearchParams(location.hash.slice(1));
  const number = (name, low, high, otherwise) => {
    const value = parseFloat(hash.get(name));
    return value >= low && value <= high ? value : otherwise;
  };
  const [zoom, lat, lon] = (hash.get("map") || "").split("/").map(Number);
  if ([zoom, lat, lon].every(Number.isFinite)) {
    document.dispatchEvent(new CustomEvent("look-at", { detail: { zoom, lat, lon } }));
  }
  const countries = (hash.get("countries") || "").split(";").filter(Boolean);
  return [
    Math.round(number("k", 1, MOST, FIRST)), countries, hash.get("box") || "",
    hash.get("density") === "1", number("temperature", 0.25, 4, 1), hash.get("tencrop") === "1",
    ["on", "off"].find((each) => each === hash.get("read")) || "auto",
  ];
}
