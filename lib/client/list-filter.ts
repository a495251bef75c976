import type { PollState } from "../polls/poll-states.ts";
import type { PollStatus } from "../polls/poll-status.ts";

/** Which polls to list. */
export interface ListOptions {
  /** `@default` every state */
  readonly state?: PollState | readonly PollState[] | undefined;
  /** Only polls whose row changed at this time or later. */
  readonly since?: Date | string | undefined;
  /** Only polls whose request goes to this host, for example `api.example.com`; with its port, if it names one. */
  readonly host?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

type Wanted = Omit<ListOptions, "signal">;

/** Makes the part of a filter that DynamoDB can apply, so that less has to be sent. {@link isListed} decides. */
export function scanFilter({ since }: Wanted): {
  readonly FilterExpression?: string;
  readonly ExpressionAttributeValues?: Record<string, { readonly N: string }>;
} {
  if (since === undefined) return {};
  return {
    // A row of the previous version does not say when it changed; {@link isListed} reads that from its ttl.
    FilterExpression: "attribute_not_exists(changedAt) OR changedAt >= :since",
    ExpressionAttributeValues: { ":since": { N: String(timeOf(since)) } },
  };
}

/** Whether a poll is one of those asked for. */
export function isListed(status: PollStatus, { state, since, host }: Wanted): boolean {
  const states = typeof state === "string" ? [state] : state;
  return (
    (states === undefined || states.includes(status.state)) &&
    (since === undefined || Date.parse(status.changedAt) >= timeOf(since)) &&
    (host === undefined || isOf(host, status.origin))
  );
}

/** In the one spelling that hosts have in a row: lower case, punycode, without the protocol's own port. */
function isOf(host: string, origin: string = ""): boolean {
  const url = URL.parse(origin);
  const wanted = url && URL.parse(`${url.protocol}//${host}`);
  if (url === null || wanted === null || wanted.hostname !== url.hostname) return false;
  return !/:\d+$/.test(host) || wanted.port === url.port;
}

/** In epoch ms; NaN when it is no time. */
export function timeOf(since: Date | string): number {
  return new Date(since).getTime();
}
