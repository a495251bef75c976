import { expect, it } from "vitest";
import {
  defaultOf,
  fieldsOf,
  type JsonSchema,
  valuesOf,
} from "../../../infra/reference/json-schema.ts";

const schema: JsonSchema = {
  properties: {
    url: { type: "string" },
    until: {
      anyOf: [{ const: "http" }, { type: "object", properties: { success: { type: "string" } } }],
      default: "http",
    },
    retries: { type: "integer", minimum: 0, maximum: 9 },
    jitter: { enum: ["full", "none"] },
    context: {},
  },
  required: ["url"],
};

it("lists each field of a schema with its values and its default", () => {
  const rows = fieldsOf(schema).map((field) => [
    field.path,
    valuesOf(field.schema),
    defaultOf(field),
  ]);
  expect(rows).toEqual([
    ["url", "string", "required"],
    ["until", '`"http"` or object', '`"http"`'],
    ["until.success", "string", ""],
    ["retries", "integer, 0 to 9", ""],
    ["jitter", '`"full"`, `"none"`', ""],
    ["context", "any JSON", ""],
  ]);
});
