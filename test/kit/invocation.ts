import { AsyncLocalStorage } from "node:async_hooks";

/** One run of a handler. After its death, its calls are refused and have no effect. */
export interface Invocation {
  readonly isAlive: boolean;
  /** Rejects when the invocation dies; never resolves. */
  readonly death: Promise<never>;
  /** Ends the invocation at any moment, as Lambda ends a function. */
  die(reason: string): void;
  /** Ends it after its answer. */
  end(): void;
  /** Dies when this many calls to queues have taken effect, or at its end if it makes fewer. */
  dieAfterCalls(calls: number): void;
  /** Runs code as part of the invocation: {@link currentInvocation} then returns it. */
  run<T>(code: () => T): T;
  /** @throws when the invocation is dead */
  checkAlive(): void;
  /** Counts a call to a queue that has taken effect. @throws when the invocation crashes after this call */
  noteCall(): void;
  /** Notes that the handler has returned. @throws when the invocation crashes at its end */
  noteEnd(): void;
}

/** One for all: each would note a stack that nobody reads. */
const ENDED = new Error("the invocation has ended");

const current = new AsyncLocalStorage<Invocation>();

/** The invocation that the calling code is part of. */
export function currentInvocation(): Invocation | undefined {
  return current.getStore();
}

export function createInvocation(): Invocation {
  const { promise: death, reject } = Promise.withResolvers<never>();
  death.catch(() => undefined);
  let deathReason: Error | undefined;
  let calls = 0;
  let diesAfter: number | undefined;
  const crash = (when = "") =>
    invocation.die(`the function crashed, as crashAfter(${diesAfter}) requested${when}`);
  const invocation: Invocation = {
    get isAlive() {
      return deathReason === undefined;
    },
    death,
    die(reason) {
      deathReason ??= new Error(reason);
      reject(deathReason);
    },
    end() {
      deathReason ??= ENDED;
      reject(deathReason);
    },
    dieAfterCalls(count) {
      diesAfter = count;
      if (count === 0) crash();
    },
    run: (code) => current.run(invocation, code),
    checkAlive() {
      if (deathReason !== undefined) throw deathReason;
    },
    noteCall() {
      calls++;
      if (calls === diesAfter) crash();
      invocation.checkAlive();
    },
    noteEnd() {
      if (diesAfter !== undefined)
        crash(`; it ended after ${calls} ${calls === 1 ? "call" : "calls"}`);
      invocation.checkAlive();
    },
  };
  return invocation;
}
