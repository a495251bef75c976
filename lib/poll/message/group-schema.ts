import * as z from "zod/mini";
import { MAX_GROUP_SIZE } from "../../limits.ts";
import { deliver } from "./deliver-schema.ts";
import { integer, must } from "./field-rules.ts";

/** The group that a poll belongs to. */
export const group = z.strictObject(
  {
    id: z
      .string(must("a string"))
      .check(z.regex(/^[A-Za-z0-9_.:-]{1,128}$/, must("1 to 128 of A-Z a-z 0-9 _ - . :")))
      .register(z.globalRegistry, { description: "The group's id. Use a new one for each group." }),
    size: integer(1, MAX_GROUP_SIZE).register(z.globalRegistry, {
      description: "How many polls the group has.",
    }),
    deliver: z.optional(deliver).register(z.globalRegistry, {
      description: "Where the group's outcome goes, as in deliver. Default: the outcome queue.",
    }),
  },
  must("an object"),
);
