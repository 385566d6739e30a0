// The panes next to the map's buttons (layers, share), and the export form.

import { STYLES } from "./drawing.js";
import { texts } from "./map.js";
import { LIBRARY_ZOOM, shortCode } from "./position.js";

export function panes(map) {
  const all = [...document.querySelectorAll(".pane")];
  const buttonOf = (pane) => document.querySelector(`[aria-controls="${pane.id}"]`);
  const show = (pane, shown) => {
    pane.hidden = !shown;
    buttonOf(pane)?.setAttribute("aria-expanded", String(shown));
  };
  document.addEventListener("pane", (event) => {
    for (const pane of all) show(pane, pane.id === `pane-${event.detail}` && pane.hidden);
    const open = all.find((pane) => !pane.hidden);
    open?.querySelector("input:checked, input")?.focus();
    share(map);
  });
  const close = (pane) => {
    show(pane, false);
    buttonOf(pane)?.focus();
  };
  for (const pane of all) {
    pane.querySelector("[data-close]").addEventListener("click", () => close(pane));
    for (const link of pane.querySelectorAll("a[href]")) link.addEventListener("click", () => show(pane, false));
  }
  document.addEventListener(
    "keydown",
    (event) => {
      const open = all.find((pane) => !pane.hidden);
      if (event.key === "Escape" && open) {
        event.preventDefault();
        close(open);
      }
    },
    true,
  );
  layers(map);
  map.map.on("moveend", () => share(map));
  document.getElementById("share-marker").addEventListener("change", () => share(map));
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const input = document.getElementById(button.dataset.copy);
      const label = button.textContent;
      input.select();
      await navigator.clipboard?.writeText(input.value).catch(() => document.execCommand("copy"));
      button.textContent = texts.copied;
      setTimeout(() => {
        button.textContent = label;
      }, 1500);
    });
  }
}

function layers(map) {
  const pane = document.getElementById("pane-layers");
  const data = pane.querySelector("[name=data]");
  const notes = pane.querySelector("[name=notes]");
  const gps = pane.querySelector("[name=gps]");
  const reflect = () => {
    pane.querySelector(`[name=base][value="${map.base || map.variant}"]`).checked = true;
    data.checked = map.showsData;
    data.disabled = !map.base;
    if (notes) notes.checked = map.showsNotes;
    if (gps) gps.checked = map.showsTraces;
  };
  pane.addEventListener("change", () => {
    const base = pane.querySelector("[name=base]:checked").value;
    const isOn = { D: base === map.base && data.checked, N: notes?.checked, G: gps?.checked };
    map.choose(
      base +
        Object.keys(isOn)
          .filter((code) => isOn[code])
          .join(""),
    );
    reflect();
  });
  reflect();
}

function share(map) {
  const { zoom, lat, lon, layers: codes } = map.position;
  const marker = document.getElementById("share-marker").checked;
  const point = { lat: lat.toFixed(5), lon: lon.toFixed(5) };
  const path = location.pathname + (marker ? `?mlat=${point.lat}&mlon=${point.lon}` : "");
  const query = new URLSearchParams({ ...(marker ? { m: "" } : {}), ...(codes ? { layers: codes } : {}) });
  const object = /^\/(node|way|relation|changeset)\/(\d+)/.exec(location.pathname);
  if (object) query.set(object[1], object[2]);
  const set = (id, value) => {
    document.getElementById(id).value = value;
  };
  set("share-link", location.origin + path + map.hash);
  set("share-short", `${location.origin}/go/${shortCode(lat, lon, zoom)}${query.size ? `?${query}` : ""}`);
  const sides = map.map.getBounds().toArray().flat();
  const frame = new URLSearchParams({
    bbox: sides.map((side) => side.toFixed(5)).join(","),
    layer: STYLES[map.variant],
    ...(marker ? { marker: `${point.lat},${point.lon}` } : {}),
  });
  const source = `${location.origin}/export/embed.html?${frame}`.replaceAll("&", "&amp;");
  set("share-embed", `<iframe width="425" height="350" src="${source}" title="${texts.map}"></iframe>`);
  set("share-geo", `geo:${point.lat},${point.lon}?z=${Math.round(map.map.getZoom() + LIBRARY_ZOOM)}`);
}

export function exportForm(map, sidebar) {
  const names = ["minlon", "minlat", "maxlon", "maxlat"];
  const form = () => document.getElementById("export");
  let typed = false;
  const check = () => {
    const sides = names.map((name) => Number(form().elements[name].value));
    const area = (sides[2] - sides[0]) * (sides[3] - sides[1]);
    const fits = area > 0 && area <= Number(form().dataset.maxArea);
    form().querySelector("[data-too-large]").hidden = area <= Number(form().dataset.maxArea);
    form().querySelector("[type=submit]").disabled = !fits;
    form().elements.bbox.value = sides.join(",");
  };
  const follow = () => {
    if (!form() || typed) return;
    const bounds = map.map.getBounds();
    [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].forEach((side, i) => {
      form().elements[names[i]].value = side.toFixed(5);
    });
    check();
  };
  sidebar.addEventListener("shown", () => {
    typed = false;
    follow();
    form()?.addEventListener("input", () => {
      typed = true;
      check();
    });
    form()?.addEventListener("submit", () =>
      names.forEach((name) => {
        form().elements[name].disabled = true;
      }),
    );
  });
  map.map.on("moveend", follow);
}
