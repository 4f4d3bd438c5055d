// Says on stderr what check-geojson finds wrong with a file.
import { readFileSync } from "node:fs";
import { check } from "@placemarkio/check-geojson";

const found = check(readFileSync(process.argv[2], "utf-8"));
if (found.type !== "FeatureCollection" || found.features.length === 0) throw new Error("no features");
