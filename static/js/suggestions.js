// Suggestions while somebody types in the search field: a combobox with a list, as WAI-ARIA describes it.

import { fromCookie, parseHash } from "./position.js";

const LONGEST = 100;
const PAUSE = 130;

const form = document.querySelector("form[data-suggestions]");
const input = form.querySelector("input");
const list = form.querySelector("[role=listbox]");
const status = form.querySelector("[data-count]");

/** @type {{ label: string, kind: string, place: string, path: string }[]} */
let items = [];
/** The number of the chosen item; -1 for what is typed. */
let active = -1;
/** @type {AbortController | null} */
let asking = null;
let timer;
/** @type {LonLat | undefined} */
let middle;

document.addEventListener("mapmoved", ({ detail }) => {
  middle = [detail.lon, detail.lat];
});

/** Return the URL for a text: near the middle of the map, or where the last map was. */
function urlOf(text) {
  const center = middle || parseHash(location.hash).center || fromCookie(document.cookie)?.center;
  const asked = new URLSearchParams({ query: text });
  if (center) {
    asked.set("lat", center[1].toFixed(2));
    asked.set("lon", center[0].toFixed(2));
  }
  return `${form.dataset.suggestions}?${asked}`;
}

async function ask() {
  stop();
  const text = input.value.trim();
  if (!text || text.length > LONGEST) {
    show([]);
    return;
  }
  asking = new AbortController();
  const { signal } = asking;
  try {
    const response = await fetch(urlOf(text), { signal });
    const { suggestions } = response.ok ? await response.json() : { suggestions: [] };
    if (!signal.aborted && document.activeElement === input) show(suggestions);
  } catch (error) {
    // No connection: the search itself will say so.
    if (!signal.aborted && !(error instanceof TypeError)) throw error;
  }
}

/** Forget what was asked and is not answered. */
function stop() {
  clearTimeout(timer);
  asking?.abort();
  asking = null;
}

function show(found) {
  items = found;
  list.replaceChildren(...items.map(option));
  list.hidden = !items.length;
  input.setAttribute("aria-expanded", String(!list.hidden));
  status.textContent = items.length ? status.dataset.count.replace("{n}", items.length) : "";
  activate(-1);
}

function option({ label, kind, place }, number) {
  const row = document.createElement("li");
  row.id = `suggestion-${number}`;
  row.setAttribute("role", "option");
  const name = document.createElement("bdi");
  name.textContent = label;
  row.append(name);
  for (const [text, className] of [
    [kind, "kind-note"],
    [place, "meta"],
  ]) {
    if (!text) continue;
    const part = document.createElement("bdi");
    part.className = className;
    part.textContent = text;
    // Blanks, so that the parts are read as words of their own.
    row.append(" ", part);
  }
  row.addEventListener("click", () => choose(number));
  return row;
}

function activate(number) {
  active = number;
  for (const [at, row] of [...list.children].entries()) row.setAttribute("aria-selected", String(at === active));
  const row = list.children[active];
  if (row) {
    input.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

/** Open the page of an item, as a link to it would: on pages with a map, next to the map. */
function choose(number) {
  const link = document.createElement("a");
  link.href = items[number].path;
  link.hidden = true;
  input.value = items[number].label;
  close();
  form.append(link);
  link.click();
  link.remove();
}

function close() {
  stop();
  show([]);
}

/** Return the next item in a direction; between the last and the first one is what is typed. */
const next = (step) => ((active + 1 + step + items.length + 1) % (items.length + 1)) - 1;

input.addEventListener("input", (/** @type {InputEvent} */ event) => {
  stop();
  // Words of an input method are not what is meant until they are complete.
  if (event.isComposing) return;
  if (!input.value.trim()) show([]);
  else timer = setTimeout(ask, PAUSE);
});
input.addEventListener("compositionend", () => {
  stop();
  timer = setTimeout(ask, PAUSE);
});

input.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey) return;
  const isOpen = !list.hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (event.altKey && event.key === "ArrowUp") close();
    else if (isOpen) activate(next(event.key === "ArrowDown" ? 1 : -1));
    else ask();
  } else if (event.key === "Enter" && isOpen && active >= 0) {
    event.preventDefault();
    choose(active);
  } else if (event.key === "Escape" && isOpen) {
    event.preventDefault();
    close();
  }
});

// A click on an item must not take the focus from the field, which closes the list.
list.addEventListener("mousedown", (event) => event.preventDefault());
input.addEventListener("blur", close);
form.addEventListener("submit", close);

input.setAttribute("role", "combobox");
input.setAttribute("aria-autocomplete", "list");
input.setAttribute("aria-controls", list.id);
input.setAttribute("aria-expanded", "false");
