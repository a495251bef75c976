import { PoisonRecordError } from "../batch/record-result.ts";
import { nearestName } from "../options/did-you-mean.ts";
import type { Preset } from "../presets/preset.ts";
import { PRESETS } from "../presets/presets.ts";
import { type Acceptors, compileExpressions, EXPRESSION_NAMES, type Until } from "./expressions.ts";

/** The names that a message can say. */
export const PRESET_NAME = /^[a-z][a-z0-9-]{0,63}$/;

/** The presets that messages may name. */
export interface PresetList {
  readonly names: readonly string[];
  /** The preset's compiled expressions; `undefined`: there is no such preset. */
  readonly find: (name: string) => Until | undefined;
}

/** The presets of this package. Each is compiled when it is first named, once per sandbox. */
export const BUILT_IN_PRESETS: PresetList = {
  names: ["http", ...Object.keys(PRESETS)],
  find(name) {
    if (name === "http") return name;
    const preset = Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
    return preset && compiledOnce(preset);
  },
};

/**
 * Makes a list with further presets. One that has the name of a preset of this package replaces it.
 *
 * @throws {TypeError} at once, when a preset is not valid
 */
export function presetListWith(further: Readonly<Record<string, Preset>>): PresetList {
  const compiled = new Map<string, Acceptors>();
  for (const [name, preset] of Object.entries(further)) {
    if (name === "http") throw new TypeError("presets.http: must have another name");
    compiled.set(name, compiledFurther(name, preset));
  }
  return {
    names: [...new Set([...BUILT_IN_PRESETS.names, ...compiled.keys()])],
    find: (name) => compiled.get(name) ?? BUILT_IN_PRESETS.find(name),
  };
}

const known = new WeakMap<Preset, Acceptors>();

function compiledOnce(preset: Preset): Acceptors {
  const before = known.get(preset);
  if (before !== undefined) return before;
  const compiled = compileExpressions(preset);
  known.set(preset, compiled);
  return compiled;
}

/** A preset waits for a job. Whether the job is to be stopped with its poll, each message says for itself. */
const PRESET_FIELDS: readonly string[] = [
  "about",
  "source",
  ...EXPRESSION_NAMES.filter((name) => name !== "abort"),
];

function compiledFurther(name: string, preset: Preset): Acceptors {
  if (!PRESET_NAME.test(name)) {
    throw new TypeError(
      `presets.${name}: must have a name of a-z, 0-9 and -, beginning with a letter`,
    );
  }
  for (const field of Object.keys(preset)) {
    if (PRESET_FIELDS.includes(field)) continue;
    const meant = nearestName(field, PRESET_FIELDS);
    const hint = meant === undefined ? "" : `: did you mean ${meant}?`;
    throw new TypeError(`presets.${name}.${field}: unknown field, must be left out${hint}`);
  }
  if (typeof preset.success !== "string") {
    throw new TypeError(`presets.${name}.success: must be a JMESPath expression, as a string`);
  }
  try {
    return compileExpressions(preset);
  } catch (error) {
    if (!(error instanceof PoisonRecordError)) throw error;
    throw new TypeError(`presets.${name}: ${error.message}`, { cause: error });
  }
}
