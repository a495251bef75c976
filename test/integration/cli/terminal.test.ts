import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DeleteQueueCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it, vi } from "vitest";
import { createPollClient, localStack } from "../../../lib/client/index.ts";
import { atTheEnd } from "../../support/at-the-end.ts";
import { CHILD_ENVIRONMENT } from "../../support/child-environment.ts";

const MAIN = join(import.meta.dirname, "../../../infra/cli/main.ts");
const CLI = `"${process.execPath}" "${MAIN}"`;
/** Of util-linux: runs a command on a pseudo-terminal. */
const SCRIPT = "/usr/bin/script";
const QUEUE = "http://127.0.0.1:1/000000000000/polls";

function onTerminal(command: string, TERM: string) {
  const sized = `stty rows 24 cols 80; ${command}`;
  const child: ChildProcess = spawn(SCRIPT, ["-qec", sized, "/dev/null"], {
    env: { ...CHILD_ENVIRONMENT, PATH: process.env.PATH, TERM, AWS_MAX_ATTEMPTS: "1" },
  });
  atTheEnd(() => void child.kill("SIGKILL"));
  let shown = "";
  child.stdout?.on("data", (chunk) => {
    shown += chunk;
  });
  return { child, shown: () => shown, ended: once(child, "close") };
}

describe.skipIf(process.platform !== "linux" || !existsSync(SCRIPT))("on a terminal", () => {
  it("moves no cursor where the terminal cannot", async () => {
    const submit = `echo '{"request":{"url":"http://127.0.0.1/"}}' | ${CLI} submit - --queue-url ${QUEUE}`;
    const usual = onTerminal(submit, "xterm");
    await usual.ended;
    expect(usual.shown()).toContain("\u001b[");
    const dumb = onTerminal(`NO_COLOR=1; export NO_COLOR; ${submit}`, "dumb");
    await dumb.ended;
    expect(dumb.shown()).toContain("0 of 1 messages sent");
    expect(dumb.shown()).not.toContain("\u001b");
  }, 60_000);

  it("goes on with the local stack when the table of its polls cannot be read", async () => {
    const local = onTerminal(`exec ${CLI} local --port 0`, "dumb");
    const port = await vi.waitFor(() => {
      const said = /AWS_ENDPOINT_URL_SQS=http:\/\/127.0.0.1:(\d+)/.exec(local.shown());
      expect(said).not.toBeNull();
      return Number(said?.[1]);
    }, 60_000);
    const target = await localStack({ port });
    const client = createPollClient(target);
    await target.sqs.send(new DeleteQueueCommand({ QueueUrl: target.outcomeQueueUrl }));
    await vi.waitFor(
      () => expect(local.shown()).toMatch(/table of polls has ended: .*goes on/),
      60_000,
    );
    expect(await client.isPaused()).toBe(false);
    local.child.stdin?.write("\u0003");
    await local.ended;
    expect(local.shown()).toContain("Stopping");
    target.sqs.destroy();
    target.lambda.destroy();
    target.dynamodb?.destroy();
  }, 180_000);
});
