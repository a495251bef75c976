import { glob, mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startClientStack } from "../../support/client-stack.ts";
import { startHttpJobs } from "../../support/http-jobs.ts";
import { runHere } from "../../support/run-here.ts";

const root = join(import.meta.dirname, "../../..");
const read = (path: string) => readFile(join(root, path), "utf8");
const page = await read("docs/guides/where-is-my-poll.md");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(
    ([, text = ""]) => text,
  );

describe("the guide 'Where is my poll?'", () => {
  it("shows commands that answer its questions on a local stack", async () => {
    await using stack = await startClientStack();
    await using folder = await mkdtempDisposable(join(tmpdir(), "request-poller-where-"));
    const jobs = await startHttpJobs({
      "/renders/1": () => ({ status: 202, body: { state: "rendering" } }),
      "/renders/2": () => ({ status: 200, body: { state: "done" } }),
    });
    // As somebody has it who copied what an earlier local stack printed.
    const environment = { AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:9" };
    const runLine = async (line: string): Promise<string> => {
      const [command = "", file] = line.replace("npx request-poller ", "").split(" > ");
      const inFolder = (word: string) => (/\.jsonl?$/.test(word) ? join(folder.path, word) : word);
      const args = [...command.split(" ").map(inFolder), "--port", String(stack.port)];
      const { code, stdout, stderr } = await runHere(args, "", environment);
      expect(code, `${line}\n${stderr}`).toBe(0);
      if (file !== undefined) await writeFile(inFolder(file), stdout);
      return stdout;
    };
    const here = (text: string) => text.replaceAll("https://api.example.com", jobs.url);
    const [polls = "", ...others] = blocks("jsonl");
    expect(others).toEqual([]);
    await writeFile(join(folder.path, "polls.jsonl"), here(polls));
    const commands = blocks("bash").flatMap((text) => text.trim().split("\n"));
    expect(commands.shift()).toBe("npx request-poller local");
    await stack.dies(JSON.stringify({ pollId: "render-3", request: { url: "htp://a.example/" } }));

    const shown: Record<string, string> = {};
    for (const command of commands) {
      shown[command.replace("npx request-poller ", "")] = await runLine(command);
      if (command.includes(" submit ")) {
        await stack.client.waitFor("render-2", { timeoutMs: 60_000 });
        await expect.poll(() => stack.client.status("render-1"), { timeout: 60_000 }).toBeDefined();
      }
      if (command.includes(" > render-3.json")) {
        const file = join(folder.path, "render-3.json");
        const letter = await readFile(file, "utf8");
        await writeFile(file, letter.replace("htp://a.example/", `${jobs.url}/renders/2`));
      }
    }
    expect(shown["status render-1"]).toMatch(/^render-1 {2}(asking|waiting)\nwaits for /);
    expect(shown.list).toMatch(/^render-1 /m);
    expect(shown["cancel render-1"]).toBe("render-1: cancelled\n");
    expect(shown["status render-2"]).toMatch(/^render-2 {2}succeeded\n/);
    expect(shown.outcomes).toContain("render-2: succeeded");
    expect(shown["dead-letters"]).toMatch(/^render-3 {2}poison /);
    expect(await stack.client.waitFor("render-3", { timeoutMs: 60_000 })).toMatchObject({
      status: "succeeded",
    });
    await jobs.close();
  }, 240_000);

  it("has a policy that allows exactly the calls that the client makes", async () => {
    const allowed = blocks("json").flatMap((text) =>
      JSON.parse(text).Statement.flatMap(({ Action }: { Action: string | string[] }) => Action),
    );
    const files = {
      sqs: ["lib/client/sqs-sdk.ts", "lib/sqs/batch-calls.ts"],
      dynamodb: ["lib/client/dynamodb-sdk.ts", "lib/fence/dynamodb-sdk.ts"],
      lambda: ["lib/client/lambda-sdk.ts"],
      s3: ["lib/client/s3-sdk.ts"],
      cloudformation: ["infra/cli/deployed-stack.ts"],
    };
    const listed = await Array.fromAsync(glob("lib/client/*-sdk.ts", { cwd: root }));
    expect(Object.values(files).flat()).toEqual(
      expect.arrayContaining(listed.filter((name) => !name.includes("local-clients"))),
    );
    const called = new Set<string>();
    for (const [service, names] of Object.entries(files)) {
      for (const text of await Promise.all(names.map(read))) {
        // The right to send one message is the right to send a batch. A direct call is the same call, made otherwise.
        for (const [, name = ""] of text.matchAll(/\b(?:Direct)?([A-Z]\w+?)(?:Batch)?Command\b/g)) {
          called.add(`${service}:${name}`);
        }
      }
    }
    expect([...new Set(allowed)].sort()).toEqual([...called].sort());
  });
});
