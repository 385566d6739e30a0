// Types of our JavaScript: data, globals of the libraries that pages load, and the events that our modules dispatch.

/** [longitude, latitude] in degrees. */
type LonLat = number[];
type Tags = Record<string, string>;

interface OsmNode {
  type: "node";
  id: number;
  lat: number;
  lon: number;
  tags?: Tags;
}

interface Way {
  type: "way";
  id: number;
  nodes: number[];
  tags?: Tags;
}

interface Relation {
  type: "relation";
  id: number;
  members: { type: string; ref: number; role: string }[];
  tags?: Tags;
}

type OsmElement = OsmNode | Way | Relation;

interface Geometry {
  type: string;
  coordinates: unknown[];
}

/** A GeoJSON feature. */
interface Feature {
  type: "Feature";
  geometry: Geometry;
  properties: Record<string, any>;
}

/** What the map shows. `zoom` is that of openstreetmap.org; `layers` has one letter per layer. */
interface View {
  zoom: number;
  lat: number;
  lon: number;
  layers: string;
}

/** Where the map starts: a center with a zoom, or [west, south, east, north]. */
interface Position {
  center?: LonLat;
  zoom?: number;
  bounds?: number[];
  layers?: string;
}

/** Colours of the map, some of them by class. */
type Palette = Record<string, any>;

/** A layer of a MapLibre style. */
interface StyleLayer {
  id: string;
  type: string;
  source: string;
  "source-layer"?: string;
  [option: string]: unknown;
}

type LayerBuilder = (
  id: string,
  type: string,
  filter: unknown[],
  paint: object,
  layout?: object,
  more?: object,
) => StyleLayer;

declare const maplibregl: any;
declare const htmx: any;
declare const iD: any;

interface Window {
  iD: any;
  id: any;
  context: any;
}

// Elements are looked up by the ids and selectors of our own templates, which know their types.
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
