/** A reading of the table. */
export interface Reading {
  readonly rows: number;
  /** About what the rows take, in bytes. */
  readonly bytes: number;
  readonly tookMs: number;
}

/** When the table is read again, and what that costs. */
export interface RefreshPace {
  readonly everySeconds: number;
  /** In US dollars per hour while a page is open; 0 on a local stack. */
  readonly dollarsPerHour: number;
}

const FASTEST_SECONDS = { local: 2, deployed: 5 } as const;
/** Reading takes at most this share of the time. */
const LARGEST_SHARE = 0.1;
/** A large table is read less often, so that a page left open overnight costs less than a dollar. */
const MOST_DOLLARS_PER_HOUR = 0.1;
/**
 * Amazon DynamoDB, "On-demand capacity pricing": 0.125 dollars per million read request units in us-east-1. A Scan that
 * is eventually consistent takes half a unit per 4 KB.
 */
const DOLLARS_PER_BYTE = (0.125 / 1_000_000) * 0.5 * (1 / 4096);
/** A row has more than a status says of it: ids, proofs and the outcome. */
const ROW_OVERHEAD_BYTES = 512;

export function refreshPace({ rows, bytes, tookMs }: Reading, isLocal: boolean): RefreshPace {
  const busySeconds = tookMs / 1000 / LARGEST_SHARE;
  if (isLocal) {
    return { everySeconds: atLeast(FASTEST_SECONDS.local, busySeconds), dollarsPerHour: 0 };
  }
  const dollars = (bytes + rows * ROW_OVERHEAD_BYTES) * DOLLARS_PER_BYTE;
  const cheapSeconds = (dollars / MOST_DOLLARS_PER_HOUR) * 3600;
  const everySeconds = atLeast(FASTEST_SECONDS.deployed, busySeconds, cheapSeconds);
  return { everySeconds, dollarsPerHour: (dollars * 3600) / everySeconds };
}

const atLeast = (...seconds: number[]): number => Math.ceil(Math.max(...seconds));

/** The cost in words: `about $0.02`. */
export function costText({ dollarsPerHour }: RefreshPace): string {
  return dollarsPerHour < 0.01 ? "less than $0.01" : `about $${dollarsPerHour.toFixed(2)}`;
}
