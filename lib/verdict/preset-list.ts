import { PoisonRecordError } from "../batch/record-result.ts";
import type { Preset } from "../presets/preset.ts";
import { PRESETS } from "../presets/presets.ts";
import { type Acceptors, compileExpressions, type Until } from "./expressions.ts";

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

function compiledFurther(name: string, preset: Preset): Acceptors {
  try {
    return compileExpressions(preset);
  } catch (error) {
    if (!(error instanceof PoisonRecordError)) throw error;
    throw new TypeError(`presets.${name}: ${error.message}`, { cause: error });
  }
}
