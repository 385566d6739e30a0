// Pages in the sidebar: links to them load next to the map, with URLs, and back and forward work.

/* global htmx */

import { texts } from "./map.js";

const PAGES = [
  /^\/$/,
  /^\/export$/,
  /^\/search$/,
  /^\/query$/,
  /^\/history$/,
  /^\/user\/.+\/history$/,
  /^\/changeset\/\d+$/,
  /^\/notes$/,
  /^\/moderation_zones(?:\/new|\/\d+\/edit)?$/,
  /^\/note\/(?:\d+|new)$/,
  /^\/(?:node|way|relation)\/\d+(?:\/history(?:\/\d+)?)?$/,
  /^\/relation\/\d+(?:\/history\/\d+)?\/members$/,
];

export class Sidebar extends EventTarget {
  constructor(map) {
    super();
    this.map = map;
    this.content = document.getElementById("content");
    this.announcer = document.getElementById("announce");
    this.shown = location.pathname + location.search;
    document.addEventListener("click", (event) => this.clicked(event));
    window.addEventListener("popstate", () => {
      const target = location.pathname + location.search;
      if (target === this.shown) return;
      this.map.staysInPlace = location.hash.startsWith("#map=");
      this.load(target);
    });
    document.querySelector(".site-search").addEventListener("submit", (event) => {
      event.preventDefault();
      const query = String(new FormData(event.target).get("query")).trim();
      if (query) this.search(query);
    });
    const sheet = document.getElementById("sheet");
    sheet.addEventListener("click", () => {
      const open = document.getElementById("sidebar").classList.toggle("is-open");
      sheet.setAttribute("aria-expanded", String(open));
      this.map.map.resize();
    });
    document.addEventListener("keydown", (event) => {
      if (
        event.key === "Escape" &&
        !event.defaultPrevented &&
        !event.target?.closest("input, textarea") &&
        location.pathname !== "/" &&
        !document.querySelector(".pane:not([hidden])")
      )
        this.open("/");
    });
  }

  isPage(path) {
    return PAGES.some((page) => page.test(decodeURIComponent(path)));
  }

  clicked(event) {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = event.target.closest("a[href]");
    if (
      !link ||
      link.target ||
      link.origin !== location.origin ||
      "plain" in link.dataset ||
      link.hasAttribute("hx-get")
    )
      return;
    if (!this.isPage(link.pathname) || (link.hash && link.pathname === location.pathname)) return;
    event.preventDefault();
    document.getElementById("menu").checked = false;
    this.open(link.pathname + link.search, link.hash);
  }

  /** Open a page and add it to the browser's history. */
  async open(url, hash = "") {
    history.pushState(null, "", url + (hash.startsWith("#map=") ? hash : this.map.hash));
    if (hash.startsWith("#map=")) this.map.followHash();
    await this.load(url);
    const target = hash && !hash.startsWith("#map=") && document.getElementById(hash.slice(1));
    if (target) target.scrollIntoView();
  }

  async load(url) {
    this.shown = url;
    if (new URL(url, location.origin).pathname === "/") {
      this.content.replaceChildren();
      document.title = document.querySelector(".brand span").textContent;
    } else {
      this.reveal(true);
      try {
        await htmx.ajax("GET", url, { target: "#content", swap: "innerHTML show:none" });
      } catch {
        this.announce(texts.page_failed);
      }
      if (this.shown !== url) return;
      this.content.scrollTop = 0;
      this.announce(document.title);
      this.content.querySelector("h1")?.focus({ preventScroll: true });
    }
    this.arrange();
  }

  /** Search. The server redirects positions and element ids to the map or a page, and lists anything else. */
  async search(query) {
    const [minlon, minlat, maxlon, maxlat] = this.map.map
      .getBounds()
      .toArray()
      .flat()
      .map((side) => side.toFixed(4));
    const asked = new URLSearchParams({ query, minlon, minlat, maxlon, maxlat });
    const response = await fetch(`/search?${asked}`, { redirect: "follow" }).catch(() => null);
    if (!response) return this.announce(texts.page_failed);
    const found = new URL(response.url);
    if (response.redirected && (found.searchParams.has("mlat") || found.pathname === "/")) {
      // In some browsers fetch hides the hash of a redirect: let the browser itself follow it.
      location.assign(response.url.includes("#") ? response.url : `/search?${new URLSearchParams({ query })}`);
      if (found.hash && found.pathname + found.search === location.pathname + location.search) this.map.followHash();
    } else {
      await this.open(found.pathname + found.search, found.hash);
    }
  }

  announce(text) {
    this.announcer.textContent = text;
  }

  reveal(shown) {
    const changed = document.body.classList.contains("no-sidebar") === shown;
    document.body.classList.toggle("no-sidebar", !shown);
    if (changed) this.map.map.resize();
  }

  /** Update the rest of the page for the page in the sidebar. */
  arrange() {
    this.reveal(this.content.childElementCount > 0);
    for (const link of document.querySelectorAll(".site-nav a")) {
      if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    this.dispatchEvent(new Event("shown"));
    this.map.staysInPlace = false;
  }
}
