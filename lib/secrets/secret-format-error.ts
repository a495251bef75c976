import { RefusalError } from "../http/refusal.ts";

/** A secret has a wrong format. The message never contains the secret's value. */
export class SecretFormatError extends RefusalError {
  override readonly name = "SecretFormatError";
}
