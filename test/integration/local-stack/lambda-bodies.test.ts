import { request } from "node:http";
import { expect, it } from "vitest";
import { startLambdaServer } from "../../../infra/local/lambda/server.ts";

it("refuses a body that is too long, whatever its header says of its length", async () => {
  let paused = false;
  const server = await startLambdaServer([
    {
      uuid: "u",
      functionArn: "arn:aws:lambda:us-east-1:000000000000:function:f",
      mapping: {
        functionId: "F",
        queueArn: "arn:aws:sqs:us-east-1:000000000000:q",
        batchSize: 10,
        windowSeconds: 0,
        reportsBatchItemFailures: true,
      },
      isPaused: () => paused,
      setPaused: async (to) => {
        paused = to;
      },
    },
  ]);
  const put = (spaces: number) =>
    new Promise<number | undefined>((resolve, reject) => {
      const url = new URL("/2015-03-31/event-source-mappings/u", server.endpoint);
      const sent = request(url, { method: "PUT", agent: false }, (response) => {
        response.resume().once("end", () => resolve(response.statusCode));
      });
      // In two parts, so that it is sent in chunks, without a length.
      sent.once("error", reject).write(" ".repeat(spaces));
      sent.end('{"Enabled":false}');
    });
  expect([await put(100_000), paused]).toEqual([400, false]);
  expect([await put(10), paused]).toEqual([200, true]);
  await server.close();
});
