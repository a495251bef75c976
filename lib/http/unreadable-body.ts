import { RefusalError } from "./refusal.ts";

/** The response came, but its body is larger than it may be, or written in a way that we do not read. */
export class UnreadableBodyError extends RefusalError {
  override readonly name = "UnreadableBodyError";
  /** Whether the next answer may be readable: a server can send a broken body once. */
  readonly mayChange: boolean;

  constructor(message: string, options: ErrorOptions & { mayChange?: boolean } = {}) {
    super(message, options);
    this.mayChange = options.mayChange ?? false;
  }
}
