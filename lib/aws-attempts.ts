import * as z from "zod/mini";

/** What an AWS call of the SDK is made of: its attempts run through its own middlewares. */
interface Call {
  readonly middlewareStack: {
    // A method, so that the commands of every service fit.
    add(
      middleware: <Args, Result>(
        next: (args: Args) => Promise<Result>,
      ) => (args: Args) => Promise<Result>,
      options: { readonly step: "deserialize"; readonly priority: "high" },
    ): void;
  };
}

/**
 * Collects the error of each attempt of a call from now on: an attempt before the last may have taken effect although
 * it failed.
 */
export function attemptErrorsOf({ middlewareStack }: Call): readonly unknown[] {
  const errors: unknown[] = [];
  middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        errors.push(error);
        throw error;
      }
    },
    { step: "deserialize", priority: "high" },
  );
  return errors;
}

const NEVER_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EMFILE",
  "ENFILE",
  "EADDRNOTAVAIL",
]);

/** A 4xx answer (throttling is a 400 here) or a connection that was never made. */
const refusalSchema = z.union([
  z.object({
    $metadata: z.object({ httpStatusCode: z.number().check(z.gte(400), z.lt(500)) }),
  }),
  z.object({ code: z.string().check(z.refine((code) => NEVER_CONNECTED.has(code))) }),
  z.object({ syscall: z.literal("connect") }),
]);

/** Whether the error of an attempt means that it has changed nothing. */
export function hasChangedNothing(error: unknown): boolean {
  return refusalSchema.safeParse(error).success;
}
