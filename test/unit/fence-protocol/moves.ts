import fc from "fast-check";
import type { JsonObject } from "../../../lib/json/json.ts";
import type { Fault } from "./faulty-table.ts";
import type { Answer, ProtocolWorld } from "./protocol-world.ts";

export const MAX_RETRIES = 5;
export const SUBMISSION = {
  pollId: "p",
  maxRetries: MAX_RETRIES,
  request: { url: "https://a.example/" },
};

/** What can happen next. */
export type Move =
  | ({ readonly do: "receive"; readonly nth: number; readonly again: boolean } & Circumstances)
  | { readonly do: "step"; readonly nth: number; readonly fault: Fault }
  | { readonly do: "advance"; readonly ms: number }
  | { readonly do: "crash" | "redrive"; readonly nth: number }
  | { readonly do: "submit" | "cancel" | "nudge" }
  | { readonly do: "forge"; readonly body: JsonObject };

interface Circumstances {
  readonly answer: Answer;
  readonly delaySeconds: number;
}

const nth = fc.nat(5);
const faults = fc.constantFrom<Fault>(
  ...Array<Fault>(8).fill("none"),
  "refused",
  "ambiguous",
  "lateAndDone",
  "lateAndNotDone",
);
const answers = fc.constantFrom<Answer>(
  ...Array<Answer>(6).fill("pending"),
  "done",
  "throws",
  "poison",
  "held",
);
const receive = fc.record({
  do: fc.constant("receive" as const),
  nth,
  again: fc.nat(9).map((of) => of === 0),
  answer: answers,
  delaySeconds: fc.constantFrom(0, 5, 30, 900),
});
const step = fc.record({ do: fc.constant("step" as const), nth, fault: faults });
const advance = fc.record({
  do: fc.constant("advance" as const),
  ms: fc.constantFrom(100, 3000, 13_000, 61_000, 901_000),
});
const mishap = fc.record({ do: fc.constantFrom("crash" as const, "redrive" as const), nth });
const submit = fc.constant({ do: "submit" as const });
const cancel = fc.constant({ do: "cancel" as const });
const nudge = fc.constant({ do: "nudge" as const });
/** A message from a sender who knows the pollId and guesses the rest. */
export const forge = fc
  .record(
    {
      request: fc.constantFrom({ url: "https://b.example/" }),
      sequence: fc.constantFrom(0, 1, 2, 3, 4, 7, Number.MAX_SAFE_INTEGER),
      copyId: fc.constantFrom("id-1", "forged"),
      proof: fc.constantFrom("", "forged"),
      maxRetries: fc.constantFrom(0, MAX_RETRIES),
    },
    { requiredKeys: ["request"] },
  )
  .map((body) => ({ do: "forge" as const, body: { ...body, pollId: "p", isForged: true } }));
/** A sequence of moves, with these besides. */
export const movesWith = (...more: fc.WeightedArbitrary<Move>[]): fc.Arbitrary<Move[]> =>
  fc.array(
    fc.oneof(
      ...more,
      { weight: 12, arbitrary: step },
      { weight: 6, arbitrary: receive },
      { weight: 4, arbitrary: advance },
      { weight: 2, arbitrary: mishap },
      { weight: 2, arbitrary: nudge },
      {
        weight: 1,
        arbitrary: fc.oneof({ weight: 2, arbitrary: submit }, { weight: 1, arbitrary: cancel }),
      },
    ),
    { minLength: 10, maxLength: 120, size: "max" },
  );

/** Makes a move in a world. */
export async function make(world: ProtocolWorld, move: Move): Promise<void> {
  switch (move.do) {
    case "receive":
      world.answer = move.answer;
      world.delaySeconds = move.delaySeconds;
      return world.receive(move.nth, move.again);
    case "step":
      return world.step(move.nth, move.fault);
    case "advance":
      return world.advance(move.ms);
    case "crash":
      return world.crash(move.nth);
    case "redrive":
      return world.redrive(move.nth);
    case "submit":
      world.faults++;
      return world.submit(SUBMISSION);
    case "cancel":
      return world.cancel();
    case "nudge":
      return world.wake();
    case "forge":
      return world.submit(move.body);
  }
}
