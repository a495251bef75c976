import * as z from "zod/mini";
import { must } from "./field-rules.ts";

/** The id of a poll. */
export const pollId = z
  .string(must("a string"))
  .check(z.regex(/^[A-Za-z0-9_.:-]{1,128}$/, must("1 to 128 of A-Z a-z 0-9 _ - . :")));
