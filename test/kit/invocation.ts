import { AsyncLocalStorage } from "node:async_hooks";

/** One run of a handler. Once it has died, what it calls is refused and has no effect. */
export interface Invocation {
  readonly isAlive: boolean;
  /** Rejects when the invocation dies, never resolves. */
  readonly death: Promise<never>;
  /** Ends it as Lambda ends a function: in the middle of whatever it does. */
  die(reason: string): void;
  /** Dies once so many calls to a queue have taken effect, or at its end if it makes fewer. */
  dieAfterCalls(calls: number): void;
  /** Runs code as a part of the invocation, so that {@link currentInvocation} finds it from there. */
  run<T>(code: () => T): T;
  /** @throws when it has died */
  checkAlive(): void;
  /** A call to a queue has taken effect. @throws when it has died of that */
  noteCall(): void;
  /** Its handler has returned. @throws when it has died of that */
  noteEnd(): void;
}

const current = new AsyncLocalStorage<Invocation>();

/** The invocation that the calling code is a part of. */
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
    invocation.die(`the function crashed: crashAfter(${diesAfter}) was asked for${when}`);
  const invocation: Invocation = {
    get isAlive() {
      return deathReason === undefined;
    },
    death,
    die(reason) {
      deathReason ??= new Error(reason);
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
        crash(`, it ended after ${calls} ${calls === 1 ? "call" : "calls"}`);
      invocation.checkAlive();
    },
  };
  return invocation;
}
