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

/** What the attempts of a call came to. */
interface Attempts {
  /** Of each that failed: one before the last may have taken effect all the same. */
  readonly errors: readonly unknown[];
  /** The call can fail all the same: the SDK checks some answers afterwards. */
  readonly hasSucceeded: boolean;
}

/** Watches the attempts of a call from now on. */
export function attemptsOf({ middlewareStack }: Call): Attempts {
  const errors: unknown[] = [];
  const attempts = { errors, hasSucceeded: false };
  middlewareStack.add(
    (next) => async (args) => {
      try {
        const result = await next(args);
        attempts.hasSucceeded = true;
        return result;
      } catch (error) {
        errors.push(error);
        throw error;
      }
    },
    { step: "deserialize", priority: "high" },
  );
  return attempts;
}

/** Whether a call that failed may have taken effect all the same. */
export function mayHaveChanged({ errors, hasSucceeded }: Attempts): boolean {
  return hasSucceeded || !errors.every(hasChangedNothing);
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
