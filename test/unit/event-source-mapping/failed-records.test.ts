import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failedRecords } from "../../../infra/local/event-source-mapping/failed-records.ts";
import { record } from "./records.ts";

const BATCH = ["a", "b", "c"].map(record);
const failed = (payload: string | undefined) => [...failedRecords(payload, BATCH).messageIds];

describe("failedRecords", () => {
  it.each([
    ["none", undefined],
    ["null", "null"],
    ["an empty object", "{}"],
    ["an empty list", '{"batchItemFailures":[]}'],
    ["a null list", '{"batchItemFailures":null}'],
    ["an unrelated object", '{"statusCode":200}'],
  ])("a response that is %s is a complete success", (_name, payload) => {
    expect(failed(payload)).toEqual([]);
  });

  it.each([
    ["no JSON", '{"batchItemFailures":[{'],
    ["an empty text", ""],
    ["a string", '"ok"'],
    ["a list", "[]"],
    ["a text instead of a list", '{"batchItemFailures":"a"}'],
    ["a list of bare identifiers", '{"batchItemFailures":["a"]}'],
    ["an empty identifier", '{"batchItemFailures":[{"itemIdentifier":""}]}'],
    ["a null identifier", '{"batchItemFailures":[{"itemIdentifier":null}]}'],
    ["an identifier that is not a string", '{"batchItemFailures":[{"itemIdentifier":1}]}'],
    ["an identifier under a wrong key", '{"batchItemFailures":[{"itemIdentifer":"a"}]}'],
    ["one good and one null identifier", '{"batchItemFailures":[{"itemIdentifier":"a"},null]}'],
    [
      "an unknown messageId",
      '{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"x"}]}',
    ],
  ])("a response that is %s is a complete failure, and the problem says why", (_name, payload) => {
    const result = failedRecords(payload, BATCH);
    expect([...result.messageIds]).toEqual(["a", "b", "c"]);
    expect(result.problem).toContain("the whole batch failed");
  });

  it("fails exactly the named records", () => {
    const subset = fc.uniqueArray(fc.nat(9)).map((indexes) => indexes.map(String));
    const batch = Array.from({ length: 10 }, (_, index) => record(String(index)));
    fc.assert(
      fc.property(subset, (names) => {
        const batchItemFailures = names.map((itemIdentifier) => ({ itemIdentifier }));
        const result = failedRecords(JSON.stringify({ batchItemFailures }), batch);
        expect(result).toEqual({ messageIds: new Set(names) });
      }),
    );
  });

  it("returns none, some or all of the batch for any text, and never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (payload) => {
        const result = failedRecords(payload, BATCH);
        expect(BATCH.map(({ messageId }) => messageId)).toEqual(
          expect.arrayContaining([...result.messageIds]),
        );
        if (result.problem !== undefined) expect(result.messageIds.size).toBe(BATCH.length);
      }),
    );
  });
});
