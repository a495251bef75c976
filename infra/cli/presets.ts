import { Command } from "commander";

const EXAMPLES = `
Examples:
  $ request-poller presets
  $ request-poller presets openai-batch
  $ request-poller presets replicate > until.json

A message names a preset in "until": { "until": "replicate" }. To change some of
its expressions, name it in "preset" and write only those:
{ "until": { "preset": "replicate", "result": "body.output[0]" } }. To change
more, paste the object that "request-poller presets replicate" prints.

Exit code: 0 printed, 2 no such preset.`;

export function presetsCommand(): Command {
  return new Command("presets")
    .summary("list the APIs that can be named, or print one")
    .description(
      "Lists the presets: the APIs that a message can name in until. Or prints one as JSON.",
    )
    .argument("[name]", "the preset to print")
    .addHelpText("after", EXAMPLES)
    .action(async (name?: string) => {
      const { presetJson, presetNotes, presetTable } = await import("./presets/preset-text.ts");
      if (name === undefined) {
        console.log(presetTable().join("\n"));
        return;
      }
      const json = presetJson(name);
      console.error(presetNotes(name).join("\n"));
      console.log(json);
    });
}
