// iD, in the frame of /edit or by itself: its access token, its data files, and its messages to the page around it.

/* global iD */

const container = document.getElementById("id-container");
const { token, assets, locale } = container.dataset;
const folders = JSON.parse(document.getElementById("folders").textContent);
const theme = () => document.documentElement.dataset.bsTheme;
// No other script needs the token; iD keeps it in the browser's storage.
delete container.dataset.token;

/** Return the URL of a file of iD. iD requests packages from a CDN that this server has itself. */
function ownUrl(file) {
  const [, name, path] = /^https:\/\/[^/]+\/npm\/(@?[^@]+)@[^/@]+\/(.+)$/.exec(file) || [];
  const folder = Object.keys(folders).find((key) => name && `${name}/${path}`.startsWith(`${key}/`));
  if (folder) return folders[folder] + `${name}/${path}`.slice(folder.length + 1);
  return name ? file : assets + file;
}

const GEOCODER = "https://nominatim.openstreetmap.org/";

/** Let iD search on this server: it has no setting for the geocoder. */
function searchHere() {
  const fetchFrom = window.fetch.bind(window);
  window.fetch = (resource, options) =>
    typeof resource === "string" && resource.startsWith(GEOCODER)
      ? fetchFrom(`/nominatim/${resource.slice(GEOCODER.length)}`, options)
      : fetchFrom(resource, options);
}

/** Return whether a language code is valid: iD fails if one is not. */
function isLanguage(code) {
  try {
    return Intl.getCanonicalLocales(code).length > 0;
  } catch {
    return false;
  }
}

function start() {
  searchHere();
  iD.fileFetcher.asset = ownUrl;
  // The index of brands would be another 24 MB. Without it iD suggests none.
  delete iD.services.nsi;
  const context = iD.coreContext();
  context.connection().apiConnections([]);
  context.preauth({ url: location.origin, apiUrl: location.origin, access_token: token });
  context.embed(true).assetPath(assets).theme(theme());
  iD.fileFetcher.asset = ownUrl;
  const languages = locale.split(",").filter(isLanguage);
  if (languages.length) context.locale(languages);
  context.containerNode(container).init();
  document.addEventListener("themechange", () => context.theme(theme()));
  if (parent !== window) follow(context);
}

/** Tell the page around the frame where the map is, and move the map where that page says. */
function follow(context) {
  let waiting = false;
  const tell = () => {
    waiting = false;
    if (context.inIntro()) return;
    const [lon, lat] = context.map().center();
    const [west, south, east, north] = context.map().extent().rectangle();
    parent.postMessage(
      { type: "moved", zoom: context.map().zoom(), lat, lon, bounds: [west, south, east, north] },
      location.origin,
    );
  };
  context.map().on("move.site", () => {
    if (waiting) return;
    waiting = true;
    setTimeout(tell, 250);
  });
  window.addEventListener("message", (event) => {
    if (event.origin !== location.origin || event.source !== parent || event.data?.type !== "go") return;
    context.map().centerZoom([event.data.lon, event.data.lat], event.data.zoom);
  });
}

if (window.iD && iD.utilDetect().support) {
  start();
} else {
  container.className = "unsupported";
  container.textContent = container.dataset.unsupported;
}
