import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { pollMessageSchema } from "../lib/poll/message/schema.ts";
import type { JsonSchema } from "./reference/json-schema.ts";

const FILE = join(import.meta.dirname, "../lib/poll/message/poll-message.schema.json");

/** The published JSON Schema of a poll message. */
export function pollMessageJsonSchema(): JsonSchema {
  return { title: "PollMessage", ...z.toJSONSchema(pollMessageSchema, { io: "input" }) };
}

if (import.meta.main) await writeFile(FILE, JSON.stringify(pollMessageJsonSchema(), null, 2));
