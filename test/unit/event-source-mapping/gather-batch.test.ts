import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  gatherBatch,
  MAX_PAYLOAD_BYTES,
  receivesToStart,
  type WaitingRecord,
} from "../../../infra/local/event-source-mapping/gather-batch.ts";

const LIMITS = { batchSize: 100, windowMs: 1000 };
const MEBIBYTE = 1024 * 1024;

const waiting = (count: number, bytes = 500, receivedAt = 0): WaitingRecord[] =>
  Array.from({ length: count }, () => ({ bytes, receivedAt }));

describe("gatherBatch", () => {
  it("sets no timer while there is no record", () => {
    expect(gatherBatch([], LIMITS, 0)).toEqual({ take: 0 });
  });

  it("starts the window at the first record, not at the last", () => {
    const records = [...waiting(1, 500, 100), ...waiting(5, 500, 900)];
    expect(gatherBatch(records, LIMITS, 1099)).toEqual({ take: 0, dueAt: 1100 });
    expect(gatherBatch(records, LIMITS, 1100)).toEqual({ take: 6 });
  });

  it("takes a full batch at once, and leaves the rest", () => {
    expect(gatherBatch(waiting(99), LIMITS, 0)).toEqual({ take: 0, dueAt: 1000 });
    expect(gatherBatch(waiting(100), LIMITS, 0)).toEqual({ take: 100 });
    expect(gatherBatch(waiting(130), LIMITS, 0)).toEqual({ take: 100 });
  });

  it("ends a batch before the record that would take it above 6 MB", () => {
    expect(gatherBatch(waiting(5, MEBIBYTE), LIMITS, 0)).toEqual({ take: 0, dueAt: 1000 });
    expect(gatherBatch(waiting(6, MEBIBYTE), LIMITS, 0)).toEqual({ take: 5 });
    expect(gatherBatch(waiting(10, MEBIBYTE), LIMITS, 0)).toEqual({ take: 5 });
  });

  it("counts the bytes of the event around the records exactly", () => {
    const exactly = Math.floor((MAX_PAYLOAD_BYTES - '{"Records":[,]}'.length) / 2);
    expect(gatherBatch(waiting(2, exactly), LIMITS, 1000)).toEqual({ take: 2 });
    expect(gatherBatch(waiting(2, exactly + 1), LIMITS, 1000)).toEqual({ take: 1 });
  });

  it("without a window, takes the waiting records at once", () => {
    expect(gatherBatch(waiting(3), { batchSize: 10, windowMs: 0 }, 0)).toEqual({ take: 3 });
  });

  it("keeps batches within their limits and records in order, and no record waits past the window", () => {
    const arrivals = fc.array(
      fc.record({ afterMs: fc.nat(400), bytes: fc.integer({ min: 300, max: 2 * MEBIBYTE }) }),
      { maxLength: 200 },
    );
    const limits = fc.record({
      batchSize: fc.integer({ min: 1, max: 30 }),
      windowMs: fc.nat(2000),
    });
    fc.assert(
      fc.property(arrivals, limits, (incoming, { batchSize, windowMs }) => {
        const records: (WaitingRecord & { id: number })[] = [];
        const taken: number[] = [];
        const drain = (until: number, now: number): number => {
          const gathering = gatherBatch(records, { batchSize, windowMs }, now);
          if (gathering.take > 0) {
            const batch = records.splice(0, gathering.take);
            const payload = batch.reduce((sum, { bytes }) => sum + bytes + 1, 13);
            expect(batch.length).toBeLessThanOrEqual(batchSize);
            if (batch.length > 1) expect(payload).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES);
            expect(now - (batch[0]?.receivedAt ?? 0)).toBeLessThanOrEqual(windowMs);
            taken.push(...batch.map(({ id }) => id));
            return drain(until, now);
          }
          const { dueAt } = gathering;
          return dueAt !== undefined && dueAt <= until ? drain(until, dueAt) : now;
        };
        let now = 0;
        for (const [id, { afterMs, bytes }] of incoming.entries()) {
          drain(now + afterMs, now);
          now += afterMs;
          records.push({ id, bytes, receivedAt: now });
        }
        drain(Number.POSITIVE_INFINITY, now);
        expect(taken).toEqual(incoming.map((_, id) => id));
      }),
    );
  });
});

describe("receivesToStart", () => {
  it.each([
    { waiting: 0, underWay: 0, batchSize: 100, start: 5 },
    { waiting: 0, underWay: 4, batchSize: 100, start: 1 },
    { waiting: 70, underWay: 0, batchSize: 100, start: 3 },
    { waiting: 71, underWay: 0, batchSize: 100, start: 3 },
    { waiting: 99, underWay: 1, batchSize: 100, start: 0 },
    { waiting: 99, underWay: 5, batchSize: 100, start: 0 },
    { waiting: 0, underWay: 0, batchSize: 10, start: 1 },
    { waiting: 0, underWay: 0, batchSize: 1, start: 1 },
    { waiting: 4, underWay: 0, batchSize: 3, start: 0 },
  ])("starts $start when $waiting wait, $underWay run and a batch has $batchSize", (row) => {
    const limits = { batchSize: row.batchSize, windowMs: 0 };
    expect(receivesToStart(row.waiting, row.underWay, limits)).toBe(row.start);
  });
});
