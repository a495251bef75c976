import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parsePollMessage } from "../../lib/poll/message/parse.ts";
import { lambdaContext } from "../kit/lambda-context.ts";
import { type HttpJobs, startHttpJobs } from "../support/http-jobs.ts";
import { type LocalQueues, startLocalQueues } from "../support/local-queues.ts";
import { LOOPBACK_ONLY } from "../support/loopback-only-env.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

let readme: string;
let queues: LocalQueues;
let jobs: HttpJobs;
beforeAll(async () => {
  readme = await readFile(join(root, "README.md"), "utf8");
  queues = await startLocalQueues();
  jobs = await startHttpJobs({
    "/renders/41": () => ({ status: 202 }),
    "/renders/42": () => ({ status: 200, body: { state: "done", download: "there" } }),
  });
});
afterAll(async () => {
  await queues.close();
  await jobs.close();
});

const snippet = (file: string) => readFile(join(root, "test/readme", file), "utf8");
const shell = () =>
  [...readme.matchAll(/```bash\n(.*?)```/gs)].flatMap(([, text = ""]) => text.trim().split("\n"));

/** What stands in README for an API and a queue of yours, here on loopback. */
const here = (text: string) =>
  text
    .replaceAll("https://api.example.com", jobs.url)
    .replaceAll("--stack request-poller", `--queue-url ${queues.queueUrl}`);

describe("README", () => {
  it.each([
    "message.json",
    "outcome.json",
    "compose.ts",
    "extra-middleware.test.ts",
    "isolation.test.ts",
  ])("shows %s as it is tested", async (file) => {
    expect(readme).toContain(await snippet(file));
  });

  it("shows a message that the poller takes", async () => {
    expect(parsePollMessage(await snippet("message.json"))).toMatchObject({ pollId: "render-42" });
  });

  it("shows a stack that a composer can run", async () => {
    const endpoint = new URL(queues.queueUrl).origin;
    Object.assign(process.env, {
      QUEUE_URL: queues.queueUrl,
      OUTCOME_QUEUE_URL: queues.outcomeQueueUrl,
      DEAD_LETTER_QUEUE_URL: queues.deadLetterQueueUrl,
      AWS_ENDPOINT_URL_SQS: endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      POLL_ALLOW_PRIVATE: "true",
    });
    vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const { handler } = await import("../readme/compose.ts");
    const body = (n: number) => JSON.stringify({ renderUrl: `${jobs.url}/renders/${n}` });
    const event = await queues.event(body(41), body(42), "{}");
    expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });
    vi.restoreAllMocks();

    const [outcome] = await queues.receive(queues.outcomeQueueUrl);
    expect(JSON.parse(outcome?.Body ?? "")).toEqual({ ...JSON.parse(body(42)), done: true });
    expect(await queues.receive(queues.deadLetterQueueUrl)).toHaveLength(1);
    queues.advance(30_000);
    const [requeued] = await queues.receive(queues.queueUrl);
    expect(JSON.parse(requeued?.Body ?? "")).toEqual({ ...JSON.parse(body(41)), retryCount: 1 });
  });

  it("shows commands that run", async () => {
    const folder = await mkdtemp(join(tmpdir(), "request-poller-readme-"));
    try {
      await writeFile(
        join(folder, "polls.jsonl"),
        here(JSON.stringify({ request: { url: `${jobs.url}/renders/42` } })),
      );
      const commands = shell().filter((line) => /^npx request-poller (poll|submit)/.test(line));
      expect(commands.length).toBeGreaterThanOrEqual(2);
      for (const command of commands) {
        const cli = `${process.execPath} ${join(root, "infra/cli/main.ts")}`;
        const local = here(command).replace("npx request-poller", cli);
        const keys = { AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x" };
        const env = { ...LOOPBACK_ONLY, ...keys, PATH: process.env.PATH };
        await run("sh", ["-c", local], { cwd: folder, env });
      }
      expect(await queues.receive(queues.queueUrl)).toHaveLength(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("shows npm scripts that there are", async () => {
    const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    const named = [...readme.matchAll(/npm (?:run )?([a-z:]+)/g)]
      .map(([, name = ""]) => name)
      .filter((name) => !["ci", "install", "alone", "package"].includes(name));
    for (const name of named) expect(scripts).toHaveProperty([name]);
  });
});
