import { httpAsync } from "./http-async.ts";
import type { Preset } from "./preset.ts";

/** All presets by name, except `http`, which is not an object of expressions. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  "http-async": httpAsync,
};
