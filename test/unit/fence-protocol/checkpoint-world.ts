import { type Claim, decideClaim, type PollRow } from "../../../lib/fence/claim-decision.ts";

/** The protocol under test. */
export interface Protocol {
  readonly isCheckpoint: (message: Message) => boolean;
  /**
   * How a message without a claim decides the outcome: by a claim and a decision in one conditional write, or blindly.
   *
   * @default "claim"
   */
  readonly decidesBy?: "claim" | "nothing";
  /** What a nudge would send beside a message that waits, if it sent one. `@default` "same copy" */
  readonly nudgesBy?: "same copy" | "another copy";
}

export interface Message {
  readonly id: number;
  readonly sequence: number;
  readonly copyId: string;
  /** Whether it was delivered before. */
  readonly redeliveries: 0 | 1;
  readonly isVisible: boolean;
}

/** An invocation with one record. */
interface Attempt {
  readonly id: number;
  readonly message: Message;
  readonly step: "claim" | "ask" | "requeue" | "decide" | "deliver" | "delete";
  readonly hasClaimed: boolean;
  readonly outcome?: typeof DECIDED | typeof ANOTHER;
}

/** What has gone wrong so far, and what else may. */
interface Budget {
  readonly faults: number;
  readonly submissions: number;
  readonly cancels: number;
  readonly nudges: number;
}

/** A state of the model: plain data, so that equal states are found. */
export interface World {
  readonly messages: readonly Message[];
  readonly attempts: readonly Attempt[];
  readonly row?: PollRow;
  readonly delivered: readonly string[];
  readonly requests: number;
  readonly left: Budget;
}

/** A step from one state to the next. */
export interface Move {
  readonly name: string;
  readonly isFault: boolean;
  readonly to: World;
}

/** The outcome in the row, and any other one. */
const DECIDED = "decided";
const ANOTHER = "another";

/** The claim of an invocation that has ended. */
const ENDED = "ended";

/**
 * A message is processed within its visibility timeout, and a crash is noticed only after it: more invocations at once
 * are not needed for what can go wrong, and multiply the states.
 */
const MOST_ATTEMPTS = 2;

const OUTCOME = new Uint8Array([1]);
const PROOF = "proof";
const DIGEST = "digest";

/** The row that the cancellation of a poll makes before its first claim. */
const UNCLAIMED = { seen: -1, owner: "none", claimId: "none", leaseUntil: 0 };

/** The state in which a poll has been submitted. */
export function submitted(left: Budget): World {
  const message = { id: 0, sequence: 0, copyId: "0.0", redeliveries: 0, isVisible: true } as const;
  return { messages: [message], attempts: [], delivered: [], requests: 0, left };
}

/** All moves of a state: of the queue, of each invocation, and all faults as long as some are left. */
export function movesOf(world: World, protocol: Protocol, lastSequence: number): Move[] {
  const moves: Move[] = [];
  const add = (name: string, to: World) => moves.push({ name, isFault: false, to });
  const fail = (name: string, to: World) => {
    const left = { ...world.left, faults: world.left.faults - 1 };
    if (world.left.faults > 0) moves.push({ name, isFault: true, to: { ...to, left } });
  };
  for (const message of world.messages.filter(({ isVisible }) => isVisible)) {
    if (world.attempts.length >= MOST_ATTEMPTS) continue;
    add(`receive ${message.sequence}`, received(world, message, false));
    fail(`receive ${message.sequence}, delivered twice`, received(world, message, true));
    if (message.redeliveries > 0) fail(`redrive ${message.sequence}`, redriven(world, message));
  }
  if (world.left.submissions > 0) {
    const left = { ...world.left, submissions: world.left.submissions - 1 };
    moves.push({ name: "submit again", isFault: false, to: { ...sent(world, 0), left } });
  }
  if (world.left.cancels > 0 && world.row?.outcome === undefined) {
    const left = { ...world.left, cancels: world.left.cancels - 1 };
    const row = { ...(world.row ?? UNCLAIMED), outcome: OUTCOME };
    moves.push({ name: "cancel", isFault: false, to: { ...world, row, left } });
  }
  const waiting = world.messages.filter((of) => of.sequence > 0 && of.redeliveries === 0);
  for (const message of world.left.nudges > 0 ? waiting : []) {
    const left = { ...world.left, nudges: world.left.nudges - 1 };
    const to = sent(world, message.sequence);
    const again = protocol.nudgesBy === "another copy" ? to : withLastCopy(to, message);
    moves.push({ name: `nudge ${message.sequence}`, isFault: false, to: { ...again, left } });
  }
  for (const attempt of world.attempts) {
    const name = `${attempt.step} ${attempt.message.sequence}`;
    fail(`crash before ${name}`, ended(world, attempt, "visible"));
    for (const to of effects(world, attempt, protocol, lastSequence)) {
      add(name, to);
      if (attempt.step !== "ask") fail(`${name}, answer lost`, ended(to, attempt, "visible"));
    }
  }
  return moves;
}

function effects(
  world: World,
  attempt: Attempt,
  { isCheckpoint, decidesBy = "claim" }: Protocol,
  lastSequence: number,
): World[] {
  const { message } = attempt;
  switch (attempt.step) {
    case "claim": {
      if (!isCheckpoint(message)) return [withStep(world, attempt, { step: "ask" })];
      return [claimed(world, attempt)];
    }
    case "ask": {
      const asked = { ...world, requests: world.requests + 1 };
      const done = withStep(asked, attempt, { step: "decide" });
      return message.sequence < lastSequence
        ? [done, withStep(asked, attempt, { step: "requeue" })]
        : [done];
    }
    case "requeue":
      return [withStep(sent(world, message.sequence + 1), attempt, { step: "delete" })];
    case "decide":
      if (attempt.hasClaimed || decidesBy === "claim") return [decided(world, attempt)];
      return [withStep(world, attempt, { step: "deliver", outcome: ANOTHER })];
    case "deliver": {
      const delivered = [...new Set([...world.delivered, attempt.outcome ?? ANOTHER])].sort();
      return [withStep({ ...world, delivered }, attempt, { step: "delete" })];
    }
    case "delete":
      return [ended(world, attempt, "deleted")];
  }
}

function claimed(world: World, attempt: Attempt): World {
  const claim = claimOf(attempt);
  if (claim.isSubmission && isHeld(world, claim.copyId)) return ended(world, attempt, "visible");
  const decision = decideClaim(world.row, claim, 0);
  switch (decision.kind) {
    case "claimed":
      return withStep({ ...world, row: rowAfter(world, claim) }, attempt, {
        step: "ask",
        hasClaimed: true,
      });
    case "ended":
      return withStep(world, attempt, { step: "deliver", outcome: DECIDED });
    case "superseded":
      return ended(world, attempt, "deleted");
    case "leased":
    case "started":
    case "taken":
      return ended(world, attempt, "visible");
  }
}

/**
 * A second submission is held until the first one's next message must have come. Times are not in the model, so this
 * assumes a queue that delivers in time; where it does not, a submission that goes on too early is one more fork.
 */
function isHeld({ messages, attempts, row }: World, copyId: string): boolean {
  if (row === undefined || row.seen > 0 || row.owner === copyId) return false;
  const isNext = ({ sequence, redeliveries }: Message) => sequence === 1 && redeliveries === 0;
  return (
    messages.some((message) => isNext(message) && message.isVisible) ||
    attempts.some(({ message, step }) => isNext(message) && step === "claim")
  );
}

function decided(world: World, attempt: Attempt): World {
  const { row } = world;
  const deliver = { step: "deliver", outcome: DECIDED } as const;
  if (attempt.hasClaimed && row !== undefined) {
    return withStep({ ...world, row: { ...row, outcome: OUTCOME } }, attempt, deliver);
  }
  // Its own lease does not keep a copy from deciding: only one outcome is written.
  const claim = { ...claimOf(attempt), leaseUntil: 0 };
  const decision = decideClaim(row, claim, Number.POSITIVE_INFINITY);
  if (decision.kind === "superseded") return ended(world, attempt, "deleted");
  const after = decision.kind === "claimed" ? { ...rowAfter(world, claim), outcome: OUTCOME } : row;
  return withStep({ ...world, ...(after && { row: after }) }, attempt, deliver);
}

function claimOf({ id, message }: Attempt): Claim {
  const { sequence, copyId } = message;
  const isSubmission = sequence === 0;
  return {
    ...{ pollId: "p", sequence, copyId, isSubmission, proof: PROOF, digest: DIGEST },
    ...{ delayMs: 0, claimId: `claim-${id}`, leaseUntil: 1, ttl: 0 },
  };
}

function rowAfter(
  { row }: World,
  { sequence: seen, copyId: owner, claimId, leaseUntil }: Claim,
): PollRow {
  const kept = row?.outcome === undefined ? {} : { outcome: row.outcome };
  return {
    ...{ seen, owner, claimId, leaseUntil, proof: PROOF, proofClaimId: claimId, digest: DIGEST },
    ...kept,
  };
}

function received(world: World, message: Message, again: boolean): World {
  const { messages, attempts } = world;
  const id = leastUnused(attempts.map((attempt) => attempt.id));
  const known = messages.filter(({ id: other }) => other !== message.id);
  // Both deliveries of a message that is delivered twice at once may say that they are the first.
  const kept = again ? message : ({ ...message, redeliveries: 1, isVisible: false } as const);
  const attempt: Attempt = { id, message, step: "claim", hasClaimed: false };
  return { ...world, messages: [...known, kept], attempts: [...attempts, attempt] };
}

function sent(world: World, sequence: number): World {
  const { messages, attempts, row } = world;
  const id = leastUnused(
    [...messages, ...attempts.map(({ message }) => message)].map((of) => of.id),
  );
  const message = { id, sequence, copyId: newCopyId(sequence, world), redeliveries: 0 } as const;
  return {
    ...world,
    messages: [...messages, { ...message, isVisible: true }],
    ...(row && { row }),
  };
}

function redriven(world: World, message: Message): World {
  const others = world.messages.filter(({ id }) => id !== message.id);
  const moved = sent({ ...world, messages: others }, message.sequence);
  // A submission has no copyId of its own: its new messageId is its new copyId.
  return message.sequence === 0 ? moved : withLastCopy(moved, message);
}

function withLastCopy(world: World, { copyId }: Message): World {
  const last = world.messages.length - 1;
  const messages = world.messages.map((of, at) => (at < last ? of : { ...of, copyId }));
  return { ...world, messages };
}

/** The invocation ends, and its lease with it: a message comes back only after its lease. */
function ended(world: World, attempt: Attempt, message: "deleted" | "visible"): World {
  const { row } = world;
  const { id } = attempt.message;
  const isHolder = row?.claimId === `claim-${attempt.id}`;
  return {
    ...world,
    attempts: world.attempts.filter((other) => other.id !== attempt.id),
    messages:
      message === "deleted"
        ? world.messages.filter((other) => other.id !== id)
        : world.messages.map((other) => (other.id === id ? { ...other, isVisible: true } : other)),
    ...(row && {
      row: isHolder ? { ...row, leaseUntil: 0, claimId: ENDED, proofClaimId: ENDED } : row,
    }),
  };
}

function withStep(world: World, attempt: Attempt, change: Partial<Attempt>): World {
  const attempts = world.attempts.map((other) =>
    other.id === attempt.id ? { ...other, ...change } : other,
  );
  return { ...world, attempts };
}

function newCopyId(sequence: number, { messages, attempts, row }: World): string {
  const used = [...messages, ...attempts.map(({ message }) => message)].map(({ copyId }) => copyId);
  for (let nth = 0; ; nth++) {
    const copyId = `${sequence}.${nth}`;
    if (!used.includes(copyId) && row?.owner !== copyId) return copyId;
  }
}

function leastUnused(used: readonly number[]): number {
  let id = 0;
  while (used.includes(id)) id++;
  return id;
}
