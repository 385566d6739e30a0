// The Edit button in the header: its links have the position of the map, and one of them sends it to a desktop editor
// by remote control.

const REMOTE_CONTROL = "http://127.0.0.1:8111";
const MIN_ZOOM = 13;
const menu = document.getElementById("edit-menu");
const links = [...menu.querySelectorAll("[data-editor]")];
/** @type {(View & { bounds: number[] }) | null} */
let view = null;

/**
 * Return the element or note that the page is about.
 * @returns {{ kind: string, id: string } | null}
 */
function object() {
  const [, kind, id] = /^\/(node|way|relation|note)\/(\d+)/.exec(location.pathname) || [];
  if (id) return { kind, id };
  const asked = new URLSearchParams(location.search);
  const found =
    location.pathname === "/edit" &&
    ["node", "way", "relation", "note"].find((name) => /^\d+$/.test(asked.get(name) ?? ""));
  return found ? { kind: found, id: asked.get(found) ?? "" } : null;
}

const isTooFar = () => view !== null && view.zoom < MIN_ZOOM;

function update() {
  const about = object();
  for (const link of links) {
    const url = new URL(link.href);
    for (const name of ["node", "way", "relation", "note"]) url.searchParams.delete(name);
    if (about) url.searchParams.set(about.kind, about.id);
    if (view) url.hash = `map=${Math.round(view.zoom * 100) / 100}/${view.lat.toFixed(5)}/${view.lon.toFixed(5)}`;
    link.href = url;
    link.title = isTooFar() ? menu.dataset.zoomIn : "";
    if (isTooFar()) link.setAttribute("aria-disabled", "true");
    else link.removeAttribute("aria-disabled");
  }
}

/** Show a message, as the server does after a redirect. */
function showMessage(kind, text) {
  let messages = document.querySelector(".messages");
  if (!messages) {
    messages = document.createElement("div");
    messages.className = "messages";
    messages.setAttribute("role", "status");
    document.querySelector(".site-header").after(messages);
  }
  const line = document.createElement("p");
  line.className = `message message-${kind}`;
  line.textContent = text;
  messages.replaceChildren(line);
  // On a narrow screen the open menu would cover it.
  document.getElementById("menu").checked = false;
}

/** Send a command to the editor. Raises RangeError if the editor refuses, TypeError if there is none. */
async function sendCommand(path, parameters) {
  const response = await fetch(`${REMOTE_CONTROL}/${path}?${new URLSearchParams(parameters)}`);
  if (!response.ok) throw new RangeError(`${response.status}`);
}

/** Load the view, and the object of the page, into the desktop editor. */
async function remoteControl() {
  if (!view) return;
  const [left, bottom, right, top] = view.bounds.map((side) => side.toFixed(7));
  const about = object();
  const bbox = { left, right, top, bottom };
  try {
    if (about?.kind === "note") {
      await sendCommand("load_and_zoom", bbox);
      await sendCommand("import", { url: `${location.origin}/api/0.6/notes/${about.id}` });
    } else {
      await sendCommand("load_and_zoom", about ? { ...bbox, select: about.kind + about.id } : bbox);
    }
    showMessage("success", menu.dataset.sent);
  } catch (error) {
    showMessage("error", error instanceof RangeError ? menu.dataset.refused : menu.dataset.missing);
  }
}

menu.addEventListener("click", (event) => {
  const link = event.target.closest("[data-editor]");
  if (!link) return;
  update();
  if (isTooFar()) {
    event.preventDefault();
    showMessage("warning", menu.dataset.zoomIn);
  } else if (link.dataset.editor === "remote" && view) {
    event.preventDefault();
    menu.querySelector("details").open = false;
    remoteControl();
  }
});
for (const type of ["pointerover", "focusin"]) menu.addEventListener(type, update);

// The page /edit of users whose editor is remote control: the view is sent once, when the map has settled where the
// page wants it, which for an element is known only when it is loaded.
/** @type {any} Null where there is nothing to send (any more). */
let timer = document.getElementById("remote-control") ? 0 : null;
let isPlaced = false;

function sendSoon() {
  if (timer === null || !isPlaced) return;
  clearTimeout(timer);
  timer = setTimeout(sendOnce, 1000);
}

function sendOnce() {
  timer = null;
  if (isTooFar()) showMessage("warning", menu.dataset.zoomIn);
  else remoteControl();
}

document.addEventListener("mapmoved", ({ detail }) => {
  view = detail;
  update();
  sendSoon();
});
document.addEventListener("mapplaced", () => {
  isPlaced = true;
  sendSoon();
});

// Users who have to log in before they edit return to the position of the link that they followed.
const referer = document.querySelector("form [name=referer]");
if (referer && location.hash.startsWith("#map=")) referer.value += location.hash;

// The editor's token does not outlive the session.
if (!document.querySelector("[data-logged-in]")) {
  try {
    localStorage.removeItem(`${location.origin}oauth2_access_token`);
  } catch {
    /* no storage, no token */
  }
}
