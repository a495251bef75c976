import * as z from "zod/mini";
import type { OutcomeStore } from "./outcome-store.ts";

/** An outcome store from any copy of this package. */
export const storeOption = z.optional(
  z.custom<OutcomeStore>(
    (value) => typeof value === "object" && value !== null && "store" in value,
    "must be a store of outcomes, made by s3OutcomeStore",
  ),
);
