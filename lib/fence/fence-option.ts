import * as z from "zod/mini";
import type { Fence } from "./fence.ts";

/** A fence from any copy of this package. */
export const fenceOption = z.custom<Fence>(
  (value) => typeof value === "object" && value !== null && "giveBack" in value,
  "must be a fence, made by createFence",
);
