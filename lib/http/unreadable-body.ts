import { RefusalError } from "./refusal.ts";

/** The response arrived, but its body is too large or cannot be decoded. */
export class UnreadableBodyError extends RefusalError {
  override readonly name = "UnreadableBodyError";
  /** Whether the next response may be readable: a server may have sent a broken body only once. */
  readonly mayChange: boolean;

  constructor(message: string, options: ErrorOptions & { mayChange?: boolean } = {}) {
    super(message, options);
    this.mayChange = options.mayChange ?? false;
  }
}
