import * as z from "zod/mini";

/** An integer, also as a string, because parameters are strings. */
export const integer = (min: number, max: number) =>
  z.pipe(
    z.union([z.number(), z.string().check(z.regex(/^\d+$/))]),
    z.pipe(z.transform(Number), z.int().check(z.minimum(min), z.maximum(max))),
  );

/** A boolean, also as a string, because parameters are strings. */
export const truth = z.pipe(
  z.union([z.boolean(), z.literal(["true", "false"])]),
  z.transform((value) => value === true || value === "true"),
);

/** A value that CloudFormation passes on as a string: a string, a number or a boolean. */
export const scalarText = z.pipe(
  z.union([z.string(), z.number(), z.boolean()]),
  z.transform((value) => String(value)),
);
