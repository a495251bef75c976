import { once } from "node:events";
import { connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it, onTestFinished, vi } from "vitest";
import { readBody } from "../../../infra/local/http/read-body.ts";
import { serve } from "../../support/running-cli.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

it("keeps nothing of a body that is too long, while its connection is open", async () => {
  const chunks: WeakRef<Buffer>[] = [];
  const origin = await serve(async (request, response) => {
    request.on("data", (chunk: Buffer) => void chunks.push(new WeakRef(chunk)));
    const body = await readBody(request, 1000);
    response.writeHead(body === undefined ? 413 : 200).flushHeaders();
  });
  const socket = connect(Number(new URL(origin).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.write("POST / HTTP/1.1\r\nhost: any\r\ncontent-length: 10000\r\n\r\n");
  socket.write("x".repeat(2000));
  const [answer] = await once(socket, "data");
  expect(String(answer)).toMatch(/^HTTP\/1.1 413 /);
  expect(chunks.length).toBeGreaterThan(0);
  await vi.waitFor(() => {
    collectGarbage();
    expect(chunks.filter((chunk) => chunk.deref() !== undefined)).toEqual([]);
  });
});
