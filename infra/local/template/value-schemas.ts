import * as z from "zod/mini";

/** A whole number, also as the string that a parameter makes of it. */
export const integer = (min: number, max: number) =>
  z.pipe(
    z.union([z.number(), z.string().check(z.regex(/^\d+$/))]),
    z.pipe(z.transform(Number), z.int().check(z.minimum(min), z.maximum(max))),
  );

/** A truth value, also as the string that a parameter makes of it. */
export const truth = z.pipe(
  z.union([z.boolean(), z.literal(["true", "false"])]),
  z.transform((value) => value === true || value === "true"),
);

/** What CloudFormation hands on as a string: a string, a number or a truth value. */
export const scalarText = z.pipe(
  z.union([z.string(), z.number(), z.boolean()]),
  z.transform((value) => String(value)),
);
