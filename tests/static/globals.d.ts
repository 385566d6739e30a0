// What pages load besides our modules, and the events that our modules send each other.

declare const maplibregl: any;
declare const htmx: any;
declare const iD: any;

interface Window {
  iD: any;
  id: any;
  context: any;
}

// Elements are looked up by ids and selectors of our own templates: their types are known there.
interface Document {
  getElementById(id: string): any;
}

interface ParentNode {
  querySelector(selectors: string): any;
  querySelectorAll(selectors: string): NodeListOf<any>;
}

interface Element {
  closest(selectors: string): any;
}

interface EventTarget {
  closest(selectors: string): any;
}

interface DocumentEventMap {
  mapmoved: CustomEvent;
  pane: CustomEvent;
  themechange: CustomEvent;
  "htmx:xhr:progress": CustomEvent;
}
