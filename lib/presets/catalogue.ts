import { PRESETS } from "./presets.ts";

/** A preset as people read it. */
export interface DescribedPreset {
  readonly name: string;
  /** One line of what it polls. */
  readonly about: string;
  /** The page that says how the API does it. */
  readonly source: string;
  /** Its expressions, as a message can say them. `undefined`: `http`, which has none. */
  readonly until?: Readonly<Record<string, string>>;
}

/** The presets of this package, `http` first. */
export function presetCatalogue(): DescribedPreset[] {
  const http = {
    name: "http",
    about: "The status alone: 202 and 429 are pending, 2xx succeed",
    source: "https://www.rfc-editor.org/rfc/rfc9110#section-15",
  };
  return [
    http,
    ...Object.entries(PRESETS).map(([name, { about = "", source = "", ...until }]) => ({
      name,
      about,
      source,
      until,
    })),
  ];
}
