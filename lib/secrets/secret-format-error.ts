import { RefusalError } from "../http/refusal.ts";

/** A secret is not written as it must be. Says nothing of its value. */
export class SecretFormatError extends RefusalError {
  override readonly name = "SecretFormatError";
}
