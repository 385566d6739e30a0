// The button Edit of the header: its links carry the map's position, and remote control is asked from here.

const REMOTE_CONTROL = "http://127.0.0.1:8111";
const MIN_ZOOM = 13;
const menu = document.getElementById("edit-menu");
const links = [...menu.querySelectorAll("[data-editor]")];
let view = null;

// What the page is about.
function object() {
  const [, kind, id] = /^\/(node|way|relation|note)\/(\d+)/.exec(location.pathname) || [];
  if (id) return { kind, id };
  const asked = new URLSearchParams(location.search);
  const found =
    location.pathname === "/edit" && ["node", "way", "relation", "note"].find((name) => /^\d+$/.test(asked.get(name)));
  return found ? { kind: found, id: asked.get(found) } : null;
}

const isTooFar = () => view !== null && view.zoom < MIN_ZOOM;

function update() {
  const about = object();
  for (const link of links) {
    const address = new URL(link.href);
    for (const name of ["node", "way", "relation", "note"]) address.searchParams.delete(name);
    if (about) address.searchParams.set(about.kind, about.id);
    if (view) address.hash = `map=${Math.round(view.zoom * 100) / 100}/${view.lat.toFixed(5)}/${view.lon.toFixed(5)}`;
    link.href = address;
    link.title = isTooFar() ? menu.dataset.zoomIn : "";
    if (isTooFar()) link.setAttribute("aria-disabled", "true");
    else link.removeAttribute("aria-disabled");
  }
}

function say(kind, text) {
  let box = document.querySelector(".messages");
  if (!box) {
    box = document.createElement("div");
    box.className = "messages";
    box.setAttribute("role", "status");
    document.querySelector(".site-header").after(box);
  }
  const line = document.createElement("p");
  line.className = `message message-${kind}`;
  line.textContent = text;
  box.replaceChildren(line);
  // On a narrow screen the open menu would lie over it.
  document.getElementById("menu").checked = false;
}

async function ask(path, parameters) {
  const answer = await fetch(`${REMOTE_CONTROL}/${path}?${new URLSearchParams(parameters)}`);
  if (!answer.ok) throw new RangeError(`${answer.status}`);
}

async function remoteControl() {
  const [left, bottom, right, top] = view.bounds.map((side) => side.toFixed(7));
  const about = object();
  const box = { left, right, top, bottom };
  try {
    if (about?.kind === "note") {
      await ask("load_and_zoom", box);
      await ask("import", { url: `${location.origin}/api/0.6/notes/${about.id}` });
    } else {
      await ask("load_and_zoom", about ? { ...box, select: about.kind + about.id } : box);
    }
    say("success", menu.dataset.sent);
  } catch (error) {
    say("error", error instanceof RangeError ? menu.dataset.refused : menu.dataset.missing);
  }
}

menu.addEventListener("click", (event) => {
  const link = event.target.closest("[data-editor]");
  if (!link) return;
  update();
  if (isTooFar()) {
    event.preventDefault();
    say("warning", menu.dataset.zoomIn);
  } else if (link.dataset.editor === "remote" && view) {
    event.preventDefault();
    menu.querySelector("details").open = false;
    remoteControl();
  }
});
for (const type of ["pointerover", "focusin"]) menu.addEventListener(type, update);

// The page /edit of who edits by remote control: once the map has come to what it is to show.
/** @type {any} */
let later = document.getElementById("remote-control") ? 0 : null;
function sendOnce() {
  later = null;
  if (isTooFar()) say("warning", menu.dataset.zoomIn);
  else remoteControl();
}

document.addEventListener("mapmoved", ({ detail }) => {
  view = detail;
  update();
  if (later === null) return;
  clearTimeout(later);
  later = setTimeout(sendOnce, 1000);
});

// Whoever logs in on the way to the editor comes to the place on the map that the first link named.
const referer = document.querySelector("form [name=referer]");
if (referer && location.hash.startsWith("#map=")) referer.value += location.hash;

// The editor's token does not outlive the session in this browser.
if (!document.querySelector("[data-logged-in]")) {
  try {
    localStorage.removeItem(`${location.origin}oauth2_access_token`);
  } catch {
    /* no storage, no token */
  }
}
