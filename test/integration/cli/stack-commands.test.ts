import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClientStack, startClientStack } from "../../support/client-stack.ts";
import { runHere } from "../../support/run-here.ts";
import { type RunningCli, runCli, serve, startCli } from "../../support/running-cli.ts";

let stack: ClientStack;
/** Answers `/pending` with 202, and everything else with a text. */
let origin: string;
/** How often `/pending` was asked. */
let asked = 0;

beforeAll(async () => {
  // So a poll's row says as soon as it waits that it does not ask any more.
  stack = await startClientStack({ History: "answers" });
  origin = await serve(({ url }, response) => {
    if (url === "/pending") asked++;
    response.writeHead(url === "/pending" ? 202 : 200).end("all is well");
  });
}, 120_000);

afterAll(() => stack[Symbol.asyncDispose]());

/** In a process of its own: it must end by itself. */
const runAlone = (args: readonly string[], input?: string) =>
  runCli([...args, "--port", String(stack.port)], input);

const run = (args: readonly string[], input?: string) =>
  runHere([...args, "--port", String(stack.port)], input);

async function submit(pollId: string, path: string, delaySeconds = 600): Promise<void> {
  const message = { pollId, request: { url: `${origin}${path}` }, delaySeconds };
  expect(await run(["submit", "-"], JSON.stringify(message))).toMatchObject({ code: 0 });
  await expect.poll(() => stack.client.status(pollId), { timeout: 30_000 }).toBeDefined();
}

const widest = (text: string) => Math.max(...text.split("\n").map(({ length }) => length));

describe("the commands about a stack", () => {
  it("submit, list, show and cancel a poll", async () => {
    await submit("shown", "/pending");
    const shown = await runAlone(["status", "shown"]);
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    expect(shown.stdout).toMatch(/^shown {2}(waiting|asking)\n/);
    expect(JSON.parse((await run(["status", "shown", "--json"])).stdout)).toMatchObject({
      pollId: "shown",
    });

    const listed = await runAlone(["list", "--since", "1h"]);
    expect(listed.stdout).toMatch(/^POLL +STATE/);
    expect(listed.stdout).toMatch(/^shown +(waiting|asking)/m);

    expect(await runAlone(["cancel", "shown", "nobody"])).toMatchObject({
      code: 1,
      stdout: "shown: cancelled\n",
      stderr: expect.stringContaining("nobody: the local stack at port"),
    });
    expect(await run(["cancel", "shown"])).toMatchObject({
      code: 1,
      stdout: "shown: has ended already: cancelled\n",
    });
    const ended = await run(["list", "--state", "cancelled", "--json"]);
    expect(
      ended.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ pollId: "shown", state: "cancelled" }]);
  }, 120_000);

  it("ask a poll now that waits for hours, and say which polls cannot be asked", async () => {
    await submit("nudged", "/pending", 20_000);
    await expect.poll(() => asked, { timeout: 30_000 }).toBeGreaterThan(0);
    await expect
      .poll(() => stack.client.status("nudged"), { timeout: 30_000 })
      .toMatchObject({ state: "waiting" });
    const before = asked;
    expect(await runAlone(["nudge", "nudged", "nobody"])).toEqual({
      code: 1,
      stdout: "nudged: is asked now\n",
      stderr:
        `nobody: the local stack at port ${stack.port} does not know it. ` +
        "A poll is known once its first message was received\n",
    });
    await expect.poll(() => asked, { timeout: 30_000 }).toBe(before + 1);
    await stack.client.cancel("nudged");
    expect(await run(["nudge", "nudged"])).toMatchObject({
      code: 1,
      stdout: "nudged: has ended already: cancelled\n",
    });
  }, 120_000);

  it("show outcomes, and delete them only when told", async () => {
    await submit("done", "/done");
    await stack.client.waitFor("done", { timeoutMs: 30_000 });
    const outcomes = (...options: readonly string[]) => run(["outcomes", ...options]);
    const first = await runAlone(["outcomes"]);
    expect(first.stdout).toContain("done: succeeded after 0 retries");
    expect(first.stdout).toContain("\n  all is well\n");
    expect(first.stderr).toContain("still in the queue");
    const deleted = await outcomes("--delete", "--json");
    expect(deleted.stdout).toContain('"pollId":"done"');
    expect((await outcomes()).stdout).not.toContain("done");
  }, 120_000);

  it("delete no outcome that nobody could read, and give it back at once", async () => {
    await submit("unread", "/done");
    await stack.client.waitFor("unread", { timeoutMs: 30_000 });
    const cli = startCli(["outcomes", "--delete", "--json", "--port", String(stack.port)]);
    cli.process.stdout?.destroy();
    expect(await cli.ended).toEqual({ code: 0, stdout: "", stderr: "" });
    expect((await run(["outcomes", "--json"])).stdout).toContain('"pollId":"unread"');
  }, 120_000);

  it("say why a poll died, and redrive it repaired", async () => {
    const wrong = JSON.stringify({ pollId: "dies", request: { url: "ftp://nowhere/" } });
    await stack.dies(wrong);
    const status = await run(["status", "dies"]);
    expect(status.code).toBe(1);
    expect(status.stderr).toMatch(/^error: dies is a dead letter of .*\(poison\):\n.*request\.url/);
    expect((await run(["list"])).stderr).toContain('"request-poller dead-letters" says why');
    const letters = await runAlone(["dead-letters"]);
    expect(letters.stdout).toMatch(/^dies {2}poison {2}since /);
    expect((await run(["dead-letters", "dies", "--body"])).stdout).toBe(`${wrong}\n`);

    expect(await run(["redrive", "--id", "dies", "--body", "-"], wrong)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^error: the message of --body cannot be polled; nothing was sent/,
      ),
    });
    const repaired = wrong.replace("ftp://nowhere/", `${origin}/done`);
    expect(await runAlone(["redrive", "--id", "dies", "--body", "-"], repaired)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1 moved to the poll queue of the local stack"),
      stderr: expect.stringContaining("1 dead letter (1 poison) of"),
    });
    expect(await stack.client.waitFor("dies", { timeoutMs: 30_000 })).toMatchObject({
      status: "succeeded",
    });
    expect(await run(["dead-letters"])).toMatchObject({
      ...{ code: 0, stdout: "", stderr: expect.stringContaining("has an outcome") },
    });
    expect(await run(["redrive", "--only", "poison"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("no dead letters to redrive"),
    });
  }, 120_000);

  it("pause and resume", async () => {
    expect(await runAlone(["pause"])).toMatchObject({ code: 0 });
    expect(await stack.client.isPaused()).toBe(true);
    expect((await run(["status", "unseen"])).stderr).toContain("is paused");
    await run(["submit", "-"], JSON.stringify({ pollId: "unseen", request: { url: origin } }));
    // The message of the cancelled poll is still in the queue.
    expect(await run(["list"])).toMatchObject({
      code: 0,
      stdout: expect.not.stringContaining("unseen"),
      stderr: expect.stringMatching(/; about \d more in its queue, not asked yet\n.* is paused/),
    });
    expect(await run(["cancel", "unseen", "--unseen"])).toMatchObject({ code: 0 });
    expect(await runAlone(["resume"])).toMatchObject({ code: 0 });
    expect(await stack.client.isPaused()).toBe(false);
  }, 120_000);

  it("watch: one line per change where there is no terminal, until it is stopped", async () => {
    const cli: RunningCli = startCli(["watch", "--port", String(stack.port)]);
    await submit("watched", "/pending");
    await cli.printed(/^watched {2}/m);
    cli.process.kill("SIGINT");
    expect(await cli.ended).toMatchObject({ code: 0 });
  }, 120_000);

  it("say where there is no stack, and which options do not go together", async () => {
    const unused = new URL(origin).port;
    expect(await runHere(["list", "--port", unused])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("another program answers there"),
    });
    expect(await runHere(["list", "--stack", "a", "--port", "1"])).toMatchObject({ code: 2 });
    const { code, stderr } = await runHere(["list", "--region", "eu-west-1"]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "error: --region needs --stack, the name of a stack there\n",
    });
    expect(widest((await runHere(["redrive", "--help"])).stdout)).toBeLessThanOrEqual(120);
  }, 120_000);
});
