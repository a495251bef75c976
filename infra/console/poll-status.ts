import type { OutcomeStatus } from "../../lib/outcome/outcome.ts";
export type PollState = "waiting" | "held" | "asking" | OutcomeStatus;
export interface PollStep {
  readonly at: string;
  readonly kind: "start" | "poll" | "result" | "held" | "delivery" | "abort";
  readonly status?: number;
  readonly error?: string;
  readonly latencyMs?: number;
  readonly waitSeconds?: number;
  readonly reason?: string;
}
export interface PollStatus {
  readonly pollId: string;
  readonly state: PollState;
  readonly step: "start" | "poll" | "result";
  readonly retryCount: number;
  readonly maxRetries?: number;
  readonly method?: string;
  readonly origin?: string;
  readonly startedAt: string;
  readonly changedAt: string;
  readonly dueAt?: string;
  readonly waitsFor?: string;
  readonly lastAnswer?: PollStep;
  readonly history: readonly PollStep[];
  readonly undelivered?: {
    readonly since: string;
    readonly attempts: number;
    readonly reason?: string;
  };
}
