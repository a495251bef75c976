import { DeliveryRefusedError } from "./delivery.ts";

/** What every service of AWS answers when the caller has no right, or the destination's key cannot be used. */
const FORBIDDEN = [
  "AccessDenied",
  "KmsAccessDenied",
  "KmsDisabled",
  "KmsInvalidState",
  "KmsNotFound",
];

/**
 * Makes the function that describes the refusals of a service.
 *
 * @param service its name, for the message
 * @param finalCodes its error codes that will come each time, without `Exception` at their end
 */
export function refusals(service: string, finalCodes: readonly string[]) {
  const final = new Set([...FORBIDDEN, ...finalCodes].map(normalised));
  const refusalOf = (what: string, code: string | undefined, cause?: unknown) =>
    new DeliveryRefusedError(`${service} ${what}`, {
      cause,
      isFinal: code !== undefined && final.has(normalised(code)),
    });
  return {
    /** The refusal of one entry of a call. */
    ofEntry: ({ code, message }: { code: string | undefined; message: string | undefined }) =>
      refusalOf(
        `refused the outcome: ${[code ?? "no code", message].filter(Boolean).join(": ")}`,
        code,
      ),
    /** The refusal of all entries of a call that failed. */
    ofCall(cause: unknown): DeliveryRefusedError {
      if (!(cause instanceof Error))
        return refusalOf(`was not called: ${String(cause)}`, undefined);
      const { name, message } = cause;
      const code = "code" in cause && typeof cause.code === "string" ? cause.code : name;
      return refusalOf(`did not accept the outcome: ${name}: ${message}`, code, cause);
    },
  };
}

/** One spelling for `AccessDenied`, `AccessDeniedException`, `KMS.AccessDeniedException` and `KMSAccessDenied`. */
function normalised(code: string): string {
  return code
    .replace(/^AWS\.SimpleQueueService\./, "")
    .replace(/Exception$/, "")
    .replaceAll(".", "")
    .toLowerCase();
}
