import { describe, expect, it } from "vitest";
import { inOrderOfRedrive } from "../../../infra/local/create-queues.ts";

const queue = (logicalId: string, deadLetterId?: string) => ({
  logicalId,
  name: logicalId,
  url: `http://127.0.0.1/${logicalId}`,
  arn: `arn:${logicalId}`,
  attributes: {},
  tags: {},
  ...(deadLetterId !== undefined && { deadLetterTargetArn: `arn:${deadLetterId}` }),
});

const order = (...queues: ReturnType<typeof queue>[]) =>
  inOrderOfRedrive(queues).map(({ logicalId }) => logicalId);

describe("inOrderOfRedrive", () => {
  it("puts each queue after its dead-letter queue", () => {
    expect(order(queue("A", "B"), queue("B", "C"), queue("C"), queue("D", "C"))).toEqual([
      "C",
      "B",
      "A",
      "D",
    ]);
  });

  it("leaves out a target that the template does not have", () => {
    expect(order(queue("A", "Elsewhere"))).toEqual(["A"]);
  });

  it("refuses a circle, and names its queues", () => {
    expect(() => order(queue("A", "B"), queue("B", "A"))).toThrow("A -> B -> A");
    expect(() => order(queue("A", "A"))).toThrow("A -> A");
  });
});
