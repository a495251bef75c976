import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { glob, mkdtemp, mkdtempDisposable, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { templateSettings } from "../../infra/cli/local/template-settings.ts";
import { startLocalStack } from "../../infra/local/stack.ts";
import { parsePollMessage } from "../../lib/poll/message/parse.ts";
import { lambdaContext } from "../kit/lambda-context.ts";
import { startClientStack } from "../support/client-stack.ts";
import { type HttpJobs, startHttpJobs } from "../support/http-jobs.ts";
import { type LocalQueues, startLocalQueues } from "../support/local-queues.ts";
import { runHere } from "../support/run-here.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

interface Page {
  readonly name: string;
  readonly text: string;
}

const PAGES = ["*.md", "docs/**/*.md", "infra/*/README.md", "infra/examples/*/README.md"];
const names = await Array.fromAsync(glob(PAGES, { cwd: root }));
const pages: readonly Page[] = await Promise.all(
  names.map(async (name) => ({ name, text: await readFile(join(root, name), "utf8") })),
);
const everything = pages.map(({ text }) => text).join("\n");

let queues: LocalQueues;
let jobs: HttpJobs;
beforeAll(async () => {
  queues = await startLocalQueues();
  jobs = await startHttpJobs({
    "/renders/41": () => ({ status: 202 }),
    "/renders/42": () => ({ status: 200, body: { state: "done", download: "there" } }),
    "/subscriptions/1/providers/Microsoft.Compute/locations/westeurope/operations/7": () => ({
      status: 200,
      body: { status: "Succeeded" },
    }),
    "/v1/batches": () => ({ status: 200, body: { id: "batch_7", status: "validating" } }),
    "/v1/batches/batch_7": () => ({ status: 200, body: { id: "batch_7", status: "completed" } }),
    "/v1/films": () => ({ status: 201, body: { id: "7" } }),
    "/v1/films/7": () => ({ status: 200, body: { state: "ready", download: "/v1/films/7.mp4" } }),
    "/v1/films/7.mp4": () => ({ status: 200, body: { minutes: 90 } }),
  });
});
afterAll(async () => {
  await queues.close();
  await jobs.close();
});

function stubEnvironment(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const snippet = (file: string) => readFile(join(root, "test/snippets", file), "utf8");
/** Another test runs its commands, in their order. */
const OWN_TEST = "docs/guides/where-is-my-poll.md";
const others = pages.filter(({ name }) => name !== OWN_TEST).map(({ text }) => text);
/** The code blocks in a language on all pages. */
const blocks = (language: string, of = everything) =>
  [...of.matchAll(new RegExp(`^( *)\`\`\`${language}\\n(.*?)^ *\`\`\``, "gms"))].map(
    ([, indent = "", text = ""]) => text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  );
const commands = blocks("bash", others.join("\n")).flatMap((text) => text.trim().split("\n"));

const JSON_SNIPPETS = [
  "accepted.json",
  "azure-operation.json",
  "message.json",
  "openai-batch.json",
  "outcome.json",
  "own-protocol.json",
];
const TS_SNIPPETS = [
  "client.ts",
  "compose.ts",
  "explain.test.ts",
  "extra-middleware.test.ts",
  "isolation.test.ts",
  "judge.ts",
  "local-client.ts",
  "own-preset.ts",
  "queue-of.ts",
  "repair.ts",
  "send-and-receive.ts",
  "submit-many.ts",
];

/** Replaces an example's API and queue by ones on loopback, and its time between requests. */
const here = (text: string) =>
  text
    .replaceAll(/https:\/\/(?:api\.example|api\.openai|management\.azure)\.com/g, jobs.url)
    .replaceAll(/--every \d+s/g, "--every 1s")
    .replaceAll("--stack request-poller", `--queue-url ${queues.queueUrl}`);

/** The arguments that a shell would give to the command. */
async function argumentsOf(command: string): Promise<string[]> {
  const printed = command.replace("npx request-poller", "printf '%s\\0'");
  const { stdout } = await run("sh", ["-c", printed]);
  return stdout.split("\0").slice(0, -1);
}

/** Commands that CI runs, or that another test runs with another stack or endpoint. */
const RUN_ELSEWHERE = [
  /^npm ci( && npm start)?$/,
  /^npm test$/,
  /^npm run (check|build|deploy|simulate|test:[a-z]+)( -- .*)?$/,
  /^npm install request-poller$/,
  /^npx request-poller (deploy|local)( .*)?$/,
  /^sam deploy --template-file infra\/template\.yaml /,
];

describe("the documentation", () => {
  it.each([...JSON_SNIPPETS, ...TS_SNIPPETS])("shows %s in its tested form", async (file) => {
    expect(everything).toContain(await snippet(file));
  });

  it("shows no TypeScript that is not tested", async () => {
    const tested = (await Promise.all(TS_SNIPPETS.map(snippet))).join("\n");
    for (const block of blocks("ts")) expect(tested).toContain(block.trim());
  });

  it("shows messages that the poller accepts", () => {
    const messages = blocks("json")
      .map((block) => JSON.parse(block))
      .filter((value) => "request" in value || "start" in value);
    expect(messages.length).toBeGreaterThanOrEqual(2);
    for (const message of messages) expect(parsePollMessage(JSON.stringify(message))).toBeDefined();
  });

  it("shows a file of secrets that the local stack takes", async () => {
    const shown = blocks("json").filter((block) => /^\{\s*"(secretsmanager|ssm):/.test(block));
    expect(shown).toHaveLength(1);
    await using folder = await mkdtempDisposable(join(tmpdir(), "request-poller-docs-"));
    const file = join(folder.path, "secrets.json");
    await writeFile(file, shown.join(""));
    const { parameters } = await templateSettings({ secrets: file });
    expect(parameters).toMatchObject({ AllowSecrets: "secretsmanager:polls/render-api" });
  });

  it.each(pages)("$name has no broken link", ({ name, text }) => {
    for (const [, link = ""] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [path = "", anchor] = link.split("#");
      const file = path === "" ? name : join(dirname(name), path);
      expect(existsSync(join(root, file)), `${name}: ${link}`).toBe(true);
      if (anchor === undefined) continue;
      const target = pages.find((page) => page.name === file)?.text ?? "";
      expect(anchorsOf(target), `${name}: ${link}`).toContain(anchor);
    }
  });

  it("shows a stack that a composer can run", async () => {
    const endpoint = new URL(queues.queueUrl).origin;
    stubEnvironment({
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
    const { handler } = await import("../snippets/compose.ts");
    const body = (n: number) => JSON.stringify({ renderUrl: `${jobs.url}/renders/${n}` });
    const event = await queues.event(body(41), body(42), "{}");
    expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });

    const [outcome] = await queues.receive(queues.outcomeQueueUrl);
    expect(JSON.parse(outcome?.Body ?? "")).toEqual({ ...JSON.parse(body(42)), done: true });
    expect(await queues.receive(queues.deadLetterQueueUrl)).toHaveLength(1);
    queues.advance(30_000);
    const [requeued] = await queues.receive(queues.queueUrl);
    expect(JSON.parse(requeued?.Body ?? "")).toEqual({ ...JSON.parse(body(41)), retryCount: 1 });
  });

  it("shows a program that sends a poll to the local stack, and receives its outcome", async () => {
    const stack = await startLocalStack();
    stubEnvironment({
      QUEUE_URL: stack.queueUrl,
      OUTCOME_QUEUE_URL: stack.outcomeQueueUrl,
      AWS_ENDPOINT_URL_SQS: stack.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    });
    try {
      const { sendPoll, receiveOutcomes } = await import("../snippets/send-and-receive.ts");
      await sendPoll(JSON.parse(here(await snippet("message.json"))));
      const outcomes: object[] = [];
      await receiveOutcomes((outcome) => outcomes.push(outcome));
      expect(outcomes).toMatchObject([{ pollId: "render-42", result: "there" }]);
      const { Attributes } = await stack.sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: stack.outcomeQueueUrl,
          AttributeNames: ["ApproximateNumberOfMessagesNotVisible"],
        }),
      );
      expect(Attributes).toEqual({ ApproximateNumberOfMessagesNotVisible: "0" });
    } finally {
      await stack.close();
    }
  });

  it("shows programs that ask where a poll is, wait for its outcome, and bring back dead letters", async () => {
    await using stack = await startClientStack();
    stubEnvironment(stack.environment);
    const { resultOf } = await import("../snippets/client.ts");
    const message = JSON.parse(here(await snippet("message.json")));
    expect(await resultOf(message, 60_000)).toBe("there");
    const { whereAreMyPolls } = await import("../snippets/local-client.ts");
    expect(await whereAreMyPolls(stack.port)).toEqual(["render-42: succeeded after 0 retries"]);
    const { pollAll } = await import("../snippets/submit-many.ts");
    const urls = ["/renders/42", "/nowhere", "/renders/42"].map((path) => `${jobs.url}${path}`);
    expect(await pollAll(stack.client, urls, 60_000)).toBe(2);

    const wrong = JSON.stringify({
      ...message,
      pollId: "wrong",
      request: { url: "htp://a.example" },
    });
    const dead = await stack.dies(wrong);
    vi.spyOn(console, "log").mockReturnValue();
    const { moveToHost } = await import("../snippets/repair.ts");
    expect(await moveToHost(stack.client, "htp://a.example", message.request.url)).toBe(1);
    expect(vi.mocked(console.log)).toHaveBeenCalledWith(
      expect.stringMatching(`^${dead.messageId}: poison: request.url`),
    );
    expect(await stack.client.waitFor("wrong", { timeoutMs: 60_000 })).toMatchObject({
      status: "succeeded",
    });
  });

  it("shows commands that run", async () => {
    const folder = await mkdtemp(join(tmpdir(), "request-poller-docs-"));
    try {
      const polls = join(folder, "polls.jsonl");
      await writeFile(polls, here(JSON.stringify({ request: { url: `${jobs.url}/renders/42` } })));
      const commandsHere = new Set(
        commands.filter((line) => /^npx request-poller (poll|try|submit|plan)/.test(line)),
      );
      expect(commandsHere.size).toBeGreaterThanOrEqual(2);
      const keys = {
        ...{ AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x" },
        ...{ AZURE_TOKEN: "a-token", OPENAI_API_KEY: "a-key" },
      };
      for (const command of commandsHere) {
        const args = await argumentsOf(here(command).replace("polls.jsonl", polls));
        const { code, stderr } = await runHere(args, "", keys);
        expect(code, `${command}\n${stderr}`).toBe(0);
      }
      expect(await queues.receive(queues.queueUrl)).toHaveLength(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("shows only commands that CI or a test runs", () => {
    const isRun = (line: string) =>
      /^npx (request-poller (poll|try|submit|plan)|vitest run) /.test(line) ||
      RUN_ELSEWHERE.some((form) => form.test(line));
    expect(commands.filter((line) => !isRun(line))).toEqual([]);
  });

  it("names only existing npm scripts", async () => {
    const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    const named = [...everything.matchAll(/`(?:SEED=\.\.\. )?npm run ([a-z:]+)/g)];
    for (const [, script = ""] of named) expect(scripts).toHaveProperty([script]);
  });
});

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
}
