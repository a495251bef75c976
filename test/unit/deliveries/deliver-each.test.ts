import { describe, expect, it } from "vitest";
import { deliverEach } from "../../../lib/deliveries/deliver-each.ts";
import type { Destination } from "../../../lib/deliveries/destination.ts";
import type { OutcomeStore } from "../../../lib/outcome/outcome-store.ts";

const BUS = { eventBus: "orders" };
const [SMALL, LARGE] = [10, 1000].map((size) => ({
  outcome: { pollId: `of-${size}`, status: "succeeded", result: "x".repeat(size) },
  json: undefined,
  destinations: [BUS],
}));

describe("deliverEach", () => {
  it.each(["never answers", "refuses"])(
    "delivers what fits, also while the bucket for large outcomes %s",
    async (how) => {
      const delivered: unknown[] = [];
      const ending = new AbortController();
      const store: OutcomeStore = {
        store: async (_outcome, _json, { signal }) => {
          if (how === "refuses") throw new Error("refused by the bucket");
          const { promise, reject } = Promise.withResolvers<never>();
          signal?.addEventListener("abort", () => reject(signal.reason));
          return promise;
        },
      };
      const delivery = (_: Destination) => ({
        maxBytes: 200,
        deliver: async (outcomes: readonly { readonly outcome: object }[]) => {
          if (!ending.signal.aborted) delivered.push(...outcomes.map(({ outcome }) => outcome));
          ending.abort(new Error("no time left"));
          return outcomes.map(() => undefined);
        },
      });
      const parcels = [LARGE, SMALL, LARGE].flatMap((of) => of ?? []);
      const late = setTimeout(() => ending.abort(new Error("nothing was delivered")), 5000);
      const refusals = await deliverEach(parcels, delivery, { signal: ending.signal, store });
      clearTimeout(late);
      expect(delivered).toEqual([SMALL?.outcome]);
      const message = how === "refuses" ? "refused by the bucket" : "no time left";
      expect(refusals).toMatchObject([[{ message }], [undefined], [{ message }]]);
    },
  );

  it.each([true, false])("refuses alone what cannot be written, with a bucket: %s", async (has) => {
    const circular: Record<string, unknown> = { status: "succeeded" };
    circular.result = circular;
    const parcels = [
      { outcome: circular, json: undefined, destinations: [BUS] },
      ...(SMALL ? [SMALL] : []),
    ];
    const store = { store: async () => ({ bucket: "b", key: "k" }) };
    const delivery = () => ({ maxBytes: 200, deliver: async () => [undefined] });
    const options = { signal: undefined, ...(has && { store }) };
    expect(await deliverEach(parcels, delivery, options)).toEqual([
      [expect.any(Error)],
      [undefined],
    ]);
  });
});
