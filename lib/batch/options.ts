import type { SQSClient } from "@aws-sdk/client-sqs";
import * as z from "zod/mini";
import { nearestName } from "../did-you-mean.ts";
import type { Fence } from "../fence/fence.ts";
import { knownNames } from "../known-names.ts";
import type { AnyLogger } from "../log/logger.ts";

/** A standard queue's URL. FIFO queues allow no delay of a single message, which a requeue needs. */
export const queueUrlOption = z.string("must be a queue URL").check(
  z.refine((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ""), "must be a queue URL"),
  z.refine(
    (url) => !url.endsWith(".fifo"),
    "must be the URL of a standard queue, not of a FIFO queue",
  ),
);

/** An SQS client, of whatever copy of the SDK. */
export const clientOption = z.optional(
  z.custom<SQSClient>(
    (value) => typeof value === "object" && value !== null && "send" in value,
    "must be an SQSClient",
  ),
);

/** A fence, of whatever copy of this package. */
export const fenceOption = z.custom<Fence>(
  (value) => typeof value === "object" && value !== null && "giveBack" in value,
  "must be a fence, made by createFence",
);

/** A logger: a function, or an object with a method per level. */
export const loggerOption = z.optional(
  z.custom<AnyLogger>(
    (value) => typeof value === "function" || hasLevels(value),
    "must be a function, or have the methods debug, info, warn and error",
  ),
);

function hasLevels(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    ["debug", "info", "warn", "error"].every(
      (level) => typeof Reflect.get(value, level) === "function",
    )
  );
}

/** A function: a clock, a source of randomness, a decision. */
export const functionOption = <F extends (...args: never[]) => unknown>() =>
  z.optional(z.custom<F>((value) => typeof value === "function", "must be a function"));

/** A member that is checked elsewhere, or by its type alone. */
export const anyOption = z.optional(z.unknown());

/**
 * Checks the options of a middleware, or of another part of a stack, when the stack is built.
 *
 * @returns the options, without those that are undefined, so that defaults take their place
 * @throws {TypeError} naming the part, each wrong or unknown option, and what it must be
 */
export function checkOptions<Options extends object>(
  name: string,
  schema: z.ZodMiniType,
  options: Options,
): Options {
  const result = schema.safeParse(options);
  if (!result.success) {
    const problems = result.error.issues.map((issue) =>
      issue.code === "unrecognized_keys"
        ? unknownOptions(issue.path, issue.keys, schema)
        : `${issue.path.join(".") || "options"} ${issue.message}`,
    );
    throw new TypeError(`${name}: ${problems.join("; ")}`);
  }
  const given = { ...options };
  for (const option of Object.keys(given)) {
    if (Reflect.get(given, option) === undefined) Reflect.deleteProperty(given, option);
  }
  return given;
}

function unknownOptions(
  path: readonly PropertyKey[],
  names: readonly string[],
  schema: z.ZodMiniType,
): string {
  const known = knownNames(schema, path);
  const meant = new Set(names.flatMap((name) => nearestName(name, known) ?? []));
  const unknown = names.map((name) => [...path, name].join("."));
  const question = meant.size === 0 ? "" : `: did you mean ${[...meant].join(", ")}?`;
  return `unknown option ${unknown.join(", ")}${question}`;
}
