import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { outcomeSchema } from "../lib/outcome/outcome-schema.ts";
import type { JsonSchema } from "./reference/json-schema.ts";

const FILE = join(import.meta.dirname, "../lib/outcome/outcome.schema.json");

/** The published JSON Schema of an outcome. A later version may add fields, so others are allowed. */
export function outcomeJsonSchema(): JsonSchema {
  return { title: "Outcome", ...z.toJSONSchema(outcomeSchema, { io: "input" }) };
}

if (import.meta.main) await writeFile(FILE, JSON.stringify(outcomeJsonSchema(), null, 2));
