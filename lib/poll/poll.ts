import type { ParsedPollMessage } from "./message/parse.ts";

/** A poll's current state: its message, its id and its start. */
export interface Poll {
  readonly message: ParsedPollMessage;
  readonly pollId: string;
  /** In epoch ms. */
  readonly startedAt: number;
  /** The operator's caps. Absent: none. */
  readonly caps?: CapsOfPoll;
}

/** The caps that apply to a poll, and the text that names them in its outcome. */
export interface CapsOfPoll {
  /** The shortest time between two requests of the poll, in seconds. */
  readonly minDelaySeconds: number;
  /** Names the cap that makes the poll expire. Absent: its own `expiresAt` does. */
  readonly expiredBy?: string;
  /** Names the cap that exhausts the poll's retries. Absent: its own `maxRetries` does. */
  readonly exhaustedBy?: string;
}
