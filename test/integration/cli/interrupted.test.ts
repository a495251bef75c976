import { createServer } from "node:http";
import { expect, it } from "vitest";
import { atTheEnd } from "../../support/at-the-end.ts";
import { startCli } from "../../support/running-cli.ts";

/** A local stack that describes itself, and answers nothing else. */
async function startSilentStack() {
  const asked = Promise.withResolvers<void>();
  const server = createServer(({ url }, response) => {
    if (url !== "/stack") return asked.resolve();
    response.end(JSON.stringify(description));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  atTheEnd(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const endpoint = `http://127.0.0.1:${port}`;
  const description = {
    outputs: {
      QueueUrl: `${endpoint}/000000000000/polls`,
      OutcomeQueueUrl: `${endpoint}/000000000000/outcomes`,
      DeadLetterQueueUrl: `${endpoint}/000000000000/dead-letters`,
      TableName: "polls",
      FunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:poller:live",
    },
    endpoints: { sqs: endpoint, dynamodb: endpoint, lambda: endpoint },
    region: "us-east-1",
    parameters: {},
  };
  return { port, asked: asked.promise };
}

it.each([["list"], ["outcomes"], ["dead-letters"], ["redrive", "--yes"]])(
  "%s says nothing of what it has not read when it is stopped",
  async (...args) => {
    const { port, asked } = await startSilentStack();
    const cli = startCli([...args, "--port", String(port)]);
    await asked;
    cli.process.kill("SIGINT");
    expect(await cli.ended).toEqual({ code: 130, stdout: "", stderr: "" });
  },
  60_000,
);

it("stops in order what goes on until it is stopped", async () => {
  const { port, asked } = await startSilentStack();
  const cli = startCli(["outcomes", "--follow", "--port", String(port)]);
  await asked;
  cli.process.kill("SIGINT");
  expect(await cli.ended).toMatchObject({ code: 0, stdout: "" });
}, 60_000);

it("ends at once while it looks for a stack that does not answer", async () => {
  const { port, asked } = await startSilentStack();
  const endpoint = `http://127.0.0.1:${port}`;
  const cli = startCli(["console", "--stack", "polls", "--endpoint-url", endpoint], "", {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "a",
  });
  await asked;
  cli.process.kill("SIGINT");
  expect(await cli.ended).toEqual({ code: null, stdout: "", stderr: "" });
}, 60_000);
