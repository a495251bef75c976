import * as z from "zod/mini";
import { environmentSchema } from "../../functions/poller/environment.ts";
import { type DescribedPreset, presetCatalogue } from "../../lib/presets/catalogue.ts";
import { createProgram } from "../cli/program.ts";
import { outcomeJsonSchema } from "../outcome-schema.ts";
import { pollMessageJsonSchema } from "../poll-message-schema.ts";
import { defaultOf, fieldsOf, type JsonSchema, valuesOf } from "./json-schema.ts";
import { markdownTable } from "./table.ts";

/** The generated sections of `docs/reference`, by the name in their marker. */
export const sections: Readonly<Record<string, () => string>> = {
  "message fields": () => fieldsTable(pollMessageJsonSchema()),
  "outcome fields": () => fieldsTable(outcomeJsonSchema()),
  "environment variables": variablesTable,
  commands: commandsHelp,
  presets: presetsTable,
  "presets as messages say them": presetsAsJson,
};

function fieldsTable(schema: JsonSchema): string {
  return markdownTable(
    ["field", "values", "default", "meaning"],
    fieldsOf(schema).map((field) => [
      `\`${field.path}\``,
      valuesOf(field.schema),
      defaultOf(field),
      field.schema.description ?? "",
    ]),
  );
}

function variablesTable(): string {
  const defaults = environmentSchema.parse({ QUEUE_URL: "https://example.com/queue" });
  const values = new Map<string, unknown>(Object.entries(defaults));
  const fields = fieldsOf(z.toJSONSchema(environmentSchema, { io: "input" }));
  return markdownTable(
    ["variable", "default", "meaning"],
    fields.map(({ path, schema, isRequired }) => [
      `\`${path}\``,
      isRequired ? "required" : plainDefault(values.get(path)),
      schema.description ?? "",
    ]),
  );
}

function presetsTable(): string {
  return markdownTable(
    ["preset", "what it polls"],
    presetCatalogue().map(({ name, about, source }) => [`\`${name}\``, `[${about}](${source})`]),
  );
}

function presetsAsJson(): string {
  const written = ({ name, until }: DescribedPreset) =>
    `## ${name}\n\n\`\`\`json\n${JSON.stringify(until, null, 2)}\n\`\`\``;
  return presetCatalogue()
    .filter(({ until }) => until !== undefined)
    .map(written)
    .join("\n\n");
}

/** An empty list is shown as no default. */
function plainDefault(value: unknown): string {
  return value === undefined || Array.isArray(value) ? "" : `\`${value}\``;
}

/** Width of a help text: a Markdown code block of this width needs no scroll bar. */
const HELP_COLUMNS = 100;

function commandsHelp(): string {
  return createProgram()
    .commands.map((command) => {
      command.configureOutput({
        getOutHelpWidth: () => HELP_COLUMNS,
        getOutHasColors: () => false,
      });
      const texts: string[] = [];
      command.configureOutput({ writeOut: (text) => texts.push(text) }).outputHelp();
      return `## ${command.name()}\n\n\`\`\`text\n${texts.join("").trim()}\n\`\`\``;
    })
    .join("\n\n");
}
