// The overview of a small database, which the map shows at low zooms.

import { areaClass, isArea, lineClass, poiClass } from "./classes.js";
import { feature, nameOf } from "./features.js";
import { signedArea } from "./geometry.js";

/**
 * Return the features of the overview, which the map shows at low zooms (apps/elements/overview.py).
 * @param {{ lines: OverviewLine[], places: OverviewPlace[] }} overview
 */
export function overviewFeatures({ lines, places }) {
  /** @type {Feature[]} */
  const features = [];
  for (const { key, tags, points, closed: isClosed } of lines) {
    if (isClosed && isArea(tags) && points.length > 3) {
      const cls = areaClass(tags);
      features.push(
        feature(
          key,
          { type: "Polygon", coordinates: [points] },
          { kind: cls === "water" ? "water" : "area", cls, size: Math.abs(signedArea(points)), name: nameOf(tags) },
        ),
      );
    } else {
      const cls = lineClass(tags);
      if (cls)
        features.push(
          feature(key, { type: "LineString", coordinates: points }, { ...cls, name: nameOf(tags), tunnel: false }),
        );
    }
  }
  for (const { key, tags, point } of places) {
    features.push(
      feature(
        key,
        { type: "Point", coordinates: point },
        {
          kind: "place",
          name: nameOf(tags),
          ...poiClass(tags),
          order: -(tags.capital ? 1e9 : Number(tags.population) || 0),
        },
      ),
    );
  }
  return features;
}
