import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { beforeAll, describe, expect, it } from "vitest";
import { atTheEnd } from "../../support/at-the-end.ts";
import { runHere } from "../../support/run-here.ts";
import { type RunningCli, runCli, serve, startCli } from "../../support/running-cli.ts";

/** Starts `request-poller local` and reads what it prints, as a user would. */
async function startLocal(options: readonly string[] = ["--port", "0"]): Promise<{
  cli: RunningCli;
  sqs: SQSClient;
  queueUrl: string;
  outcomeQueueUrl: string;
}> {
  const cli = startCli(["local", ...options]);
  const urlAfter = async (label: string) =>
    (await cli.printed(new RegExp(`^${label} +(\\S+)$`, "m")))[1] ?? "";
  const sqs = new SQSClient({
    endpoint: await urlAfter("SQS endpoint"),
    region: "us-east-1",
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  });
  atTheEnd(() => sqs.destroy());
  return {
    cli,
    sqs,
    queueUrl: await urlAfter("poll queue"),
    outcomeQueueUrl: await urlAfter("outcome queue"),
  };
}

describe.concurrent("request-poller local", () => {
  let running: Awaited<ReturnType<typeof startLocal>>;
  beforeAll(async () => {
    running = await startLocal();
  });

  it("prints the variables that a program with an AWS SDK needs, and the address of the page again", async () => {
    const { cli, queueUrl, outcomeQueueUrl } = running;
    await cli.printed(/Running until/);
    const { stdout } = cli.output();
    const endpoint = new URL(queueUrl).origin;
    // The first line scrolls away.
    const lines = stdout.trimEnd().split("\n");
    expect(lines.at(-1)).toBe(lines[0]);
    expect(stdout).toContain(`export QUEUE_URL=${queueUrl}\n`);
    expect(stdout).toContain(`export OUTCOME_QUEUE_URL=${outcomeQueueUrl}\n`);
    expect(stdout).toContain(`export AWS_ENDPOINT_URL_SQS=${endpoint} AWS_REGION=us-east-1\n`);
    // Version 1 of the AWS CLI does not heed AWS_ENDPOINT_URL_SQS: it would send the message to AWS.
    const commands = stdout.replaceAll("\\\n", "").match(/^ {2}aws .*$/gm) ?? [];
    expect(commands).toHaveLength(2);
    for (const command of commands) {
      expect(command).toContain(" --endpoint-url $AWS_ENDPOINT_URL_SQS ");
    }
    const wide = stdout.split("\n").filter((line) => line.length > 80);
    expect(wide.filter((line) => !/^(.* )?\S*http:\S+$/.test(line))).toEqual([]);
  });

  it("serves the page: its address is the first line, and it shows a poll that runs", async ({
    expect,
  }) => {
    const origin = await serve((_, response) => response.writeHead(202).end());
    const { cli, sqs, queueUrl } = running;
    const address = new URL(cli.output().stdout.split("\n")[0] ?? "");
    const body = { pollId: "looked-at", request: { url: origin }, delaySeconds: 60 };
    const MessageBody = JSON.stringify(body);
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
    const headers = { "x-console-token": address.hash.slice("#token=".length) };
    const shown = async () =>
      (await fetch(`${address.origin}/api/polls/looked-at`, { headers })).json();
    await expect.poll(shown).toMatchObject({
      status: { pollId: "looked-at" },
      message: { body: expect.stringContaining('"retryCount": 1') },
    });
  });

  it.each([["SIGINT"], ["SIGTERM"]] as const)(
    "polls the messages of any SQS client, until %s ends it cleanly",
    async (signal) => {
      const origin = await serve((_, response) => response.end('"done"'));
      const { cli, sqs, queueUrl, outcomeQueueUrl } = await startLocal();
      const MessageBody = JSON.stringify({ pollId: "from-outside", request: { url: origin } });
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: outcomeQueueUrl, WaitTimeSeconds: 10 }),
      );
      expect(JSON.parse(Messages[0]?.Body ?? "")).toMatchObject({
        pollId: "from-outside",
        status: "succeeded",
      });
      await cli.printed(/"batch answered"/);
      cli.process.kill(signal);
      expect(await cli.ended).toMatchObject({ code: 0, stderr: "Stopping…\n" });
    },
  );

  it("stops in order when its output is no longer read", async () => {
    const { cli, sqs, queueUrl } = await startLocal();
    cli.process.stdout?.destroy();
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "logged" }));
    expect(await cli.ended).toMatchObject({ code: 0, stderr: "Stopping…\n" });
  });

  it("takes a free port when its usual one is taken, and says so", async ({ expect }) => {
    // The first one may find the usual port taken, too, by a stack that runs on this machine.
    const [, second] = [await startLocal([]), await startLocal([])];
    const { port } = new URL(second.queueUrl);
    const said = () => second.cli.output().stderr;
    await expect
      .poll(said, { timeout: 30_000 })
      .toBe(
        `port 9324 is taken, perhaps by another local stack: this one listens on ${port}; give the other commands --port ${port}\n`,
      );
  });

  it("stops the stack when its page cannot be served", async () => {
    const fault = `import fs from "node:fs/promises";
      import { syncBuiltinESMExports } from "node:module";
      const { readdir } = fs;
      fs.readdir = (path, ...rest) =>
        /dist.console$/.test(path) ? Promise.reject(new Error("gone")) : readdir(path, ...rest);
      syncBuiltinESMExports();`;
    const { code, stderr } = await runCli(["local", "--port", "0"], "", {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}`,
    });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining("the page is not in"),
    });
  });

  it("says in one line that its port is in use", async () => {
    const { port } = new URL(await serve(() => undefined));
    const { code, stderr } = await runHere(["local", "--port", port]);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^error: .*${port}.*\n$`));
  });
});
