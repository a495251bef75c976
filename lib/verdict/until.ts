import { compileExpressions, type Until, type UntilExpressions } from "./expressions.ts";
import { BUILT_IN_PRESETS, type PresetList } from "./preset-list.ts";

/** An `until` as a message says it: a preset's name, or expressions with a preset or without. */
export type WrittenUntil = string | (UntilExpressions & { readonly preset?: string | undefined });

/** An `until` names a preset that this version does not know. */
export class UnknownPresetError extends Error {
  override readonly name = "UnknownPresetError";
  /** Where the name stands: `until`, or `until.preset`. */
  readonly field: string;
  readonly presetName: string;

  constructor(field: string, presetName: string) {
    super(`${field}: must be the name of a preset`);
    this.field = field;
    this.presetName = presetName;
  }
}

/**
 * Compiles a poll message's `until`. The expressions of the message replace those of the preset that it names.
 *
 * @param presets the presets that it may name. `@default` those of this package
 * @throws {UnknownPresetError} when there is no preset of that name
 * @throws {PoisonRecordError} naming the expression that is not valid JMESPath or contains a mistake
 */
export function compileUntil(until: WrittenUntil, presets: PresetList = BUILT_IN_PRESETS): Until {
  if (typeof until === "string") return presetNamed(until, "until", presets);
  const { preset, ...expressions } = until;
  const own = compileExpressions(expressions);
  if (preset === undefined) return own;
  const named = presetNamed(preset, "until.preset", presets);
  return named === "http" ? own : { ...named, ...own };
}

function presetNamed(name: string, field: string, presets: PresetList): Until {
  const found = presets.find(name);
  if (found === undefined) throw new UnknownPresetError(field, name);
  return found;
}
