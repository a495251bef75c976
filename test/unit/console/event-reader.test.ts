import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { createEventReader } from "../../../infra/console/events/event-reader.ts";

/** A response whose reader takes data only when told to. */
function slowResponse() {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const written: string[] = [];
  let isFull = false;
  response.write = (chunk: unknown) => {
    written.push(String(chunk));
    return !isFull;
  };
  return {
    response,
    written,
    fill: () => {
      isFull = true;
    },
    drain: () => {
      isFull = false;
      response.emit("drain");
    },
  };
}

const poll = (pollId: string, retryCount: number) => ({
  kind: "poll" as const,
  key: `poll ${pollId}`,
  data: { pollId, retryCount },
});

describe("an event reader", () => {
  it("sends each event at once while the page reads", () => {
    const { response, written } = slowResponse();
    const reader = createEventReader(response);
    reader.send(poll("a", 1));
    reader.send(poll("a", 2));
    expect(written.slice(1)).toEqual([
      'event: poll\ndata: {"pollId":"a","retryCount":1}\n\n',
      'event: poll\ndata: {"pollId":"a","retryCount":2}\n\n',
    ]);
  });

  it("keeps only the newest event of each poll while the page does not read", () => {
    const { response, written, fill, drain } = slowResponse();
    const reader = createEventReader(response);
    fill();
    for (let count = 0; count < 10_000; count++) {
      reader.send(poll("a", count));
      reader.send(poll("b", count));
    }
    reader.send({ kind: "gone", key: "poll b", data: { pollId: "b" } });
    expect(written).toHaveLength(2);
    drain();
    expect(written.slice(2)).toEqual([
      'event: poll\ndata: {"pollId":"a","retryCount":9999}\n\n',
      'event: gone\ndata: {"pollId":"b"}\n\n',
    ]);
  });

  it("writes nothing that could end an event early", () => {
    const { response, written } = slowResponse();
    createEventReader(response).send(poll("\n\nevent: forged\r\ndata: {}\u2028", 1));
    const lines = written
      .slice(1)
      .join("")
      .split(/\r\n|\r|\n/);
    expect(lines).toHaveLength(4);
    expect(lines).not.toContain("event: forged");
  });
});
