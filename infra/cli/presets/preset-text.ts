import { nearestName } from "../../../lib/options/did-you-mean.ts";
import { type DescribedPreset, presetCatalogue } from "../../../lib/presets/catalogue.ts";
import { styled } from "../terminal/output.ts";
import { alignColumns } from "../terminal/table.ts";
import { TERMINAL_WIDTH } from "../terminal/width.ts";
import { UsageError } from "../usage-error.ts";

/** All presets, one line each. */
export function presetTable(): string[] {
  const rows = presetCatalogue().map(({ name, about }) => [name, about]);
  const [head = "", ...lines] = alignColumns(
    [["PRESET", "WHAT IT POLLS"], ...rows],
    TERMINAL_WIDTH,
  );
  return [styled("bold", head), ...lines];
}

/**
 * A preset as the `until` of a message.
 *
 * @throws {UsageError} when there is no such preset
 */
export function presetJson(name: string): string {
  const { until } = presetNamed(name);
  return JSON.stringify(until ?? name, undefined, 2);
}

/**
 * What a preset polls, and the page that says how.
 *
 * @throws {UsageError} when there is no such preset
 */
export function presetNotes(name: string): string[] {
  const { about, source } = presetNamed(name);
  return [about, source];
}

function presetNamed(name: string): DescribedPreset {
  const presets = presetCatalogue();
  const preset = presets.find((each) => each.name === name);
  if (preset !== undefined) return preset;
  const meant = nearestName(
    name,
    presets.map((each) => each.name),
  );
  const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
  const named = JSON.stringify(name.slice(0, 64));
  throw new UsageError(`no preset is named ${named}.${hint} "request-poller presets" lists all.`);
}
