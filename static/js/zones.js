// Moderation zones: their outlines on the map, and the outline in the form, to which clicks on the map add corners.

export function zones(map, sidebar) {
  const field = () => sidebar.content.querySelector("[data-outline]");
  const corners = () =>
    field()
      .value.split("\n")
      .map((line) => line.replace(",", " ").trim().split(/\s+/).map(Number))
      .filter((parts) => parts.length === 2 && parts.every(Number.isFinite))
      .map(([lat, lon]) => [lon, lat]);
  const feature = (shape, type, coordinates) => ({
    type: "Feature",
    properties: { shape },
    geometry: { type, coordinates },
  });
  const featuresOf = (ring) => {
    const closed = [...ring, ring[0]];
    if (ring.length < 3) return ring.map((corner) => feature("point", "Point", corner));
    return [feature("area", "Polygon", [closed]), feature("line", "LineString", closed)];
  };
  const draw = () => {
    const rings = field() ? [corners()] : known();
    map.set("selected", {
      type: "FeatureCollection",
      features: rings.filter((ring) => ring.length).flatMap(featuresOf),
    });
    return rings.flat();
  };
  const known = () => {
    const data = document.getElementById("map-data");
    const found = data && JSON.parse(data.textContent);
    return found?.kind === "zones" ? found.outlines : null;
  };
  const write = (lines) => {
    field().value = lines.join("\n");
    draw();
  };
  sidebar.addEventListener("shown", () => {
    if (!known()) return;
    const all = draw();
    if (all.length && !map.staysInPlace) {
      const [lons, lats] = [0, 1].map((axis) => all.map((corner) => corner[axis]));
      map.fit([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]);
    }
    if (!field()) return;
    const back = sidebar.content.querySelector("[data-last-corner]");
    back.hidden = false;
    back.addEventListener("click", () => write(field().value.trim().split("\n").slice(0, -1)));
    field().addEventListener("input", draw);
  });
  map.map.on("click", (event) => {
    if (!field() || event.originalEvent.handled) return;
    event.originalEvent.handled = true;
    const { lat, lng } = event.lngLat.wrap();
    const before = field().value.trim();
    write([...(before ? before.split("\n") : []), `${lat.toFixed(5)}, ${lng.toFixed(5)}`]);
  });
}
