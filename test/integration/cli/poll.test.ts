import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { runHere } from "../../support/run-here.ts";
import { runCli, serve, startCli } from "../../support/running-cli.ts";

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};

describe.concurrent("request-poller poll", () => {
  it("polls until success: exit code 0, one line of JSON on stdout, progress on stderr", async () => {
    const seen: (string | undefined)[] = [];
    const origin = await serve((request, response) => {
      seen.push(request.headers.authorization);
      if (seen.length === 1) json(response, 202, {});
      else json(response, 200, { done: true });
    });
    const header = ["--header", "Authorization: Bearer s3cret"];
    const { code, stdout, stderr } = await runCli([
      "poll",
      `${origin}/job?token=t0ken`,
      "--every",
      "1s",
      "--json",
      ...header,
    ]);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "succeeded",
      retryCount: 1,
      response: { status: 200, body: { done: true } },
    });
    expect(seen).toEqual(["Bearer s3cret", "Bearer s3cret"]);
    expect(stderr).toMatch(/waiting {2}retry 1 {2}next poll.* 202, backoff/);
    expect(stdout + stderr).not.toMatch(/s3cret|t0ken/);
  });

  it("prints the result for people without --json", async () => {
    const origin = await serve((request, response) => {
      const posted: Buffer[] = [];
      request
        .on("data", (chunk: Buffer) => posted.push(chunk))
        .on("end", () => {
          const echoed = Buffer.concat(posted).toString();
          json(response, 200, { state: "done", method: request.method, echoed });
        });
    });
    const { code, stdout } = await runHere([
      "poll",
      origin,
      "--data",
      '{"id":12345678901234567890}',
      "--success",
      "body.state == 'done'",
      "--result",
      "[body.method, body.echoed]",
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^succeeded after 0 retries, \d+ s\nstatus: 200\n/);
    const result: unknown = JSON.parse(stdout.slice(stdout.indexOf("[")));
    expect(result).toEqual(["POST", '{"id":12345678901234567890}']);
  });

  it("starts a job, follows it where it moves, and fetches its result", async () => {
    const seen: string[] = [];
    const origin = await serve(({ method, url = "" }, response) => {
      seen.push(`${method} ${url}`);
      const batch = { id: "b1", output_file_id: "f1" };
      if (url === "/v1/batches") json(response, 200, { id: "b1", status: "validating" });
      else if (url === "/v1/batches/b1") json(response, 200, { ...batch, status: "completed" });
      else json(response, 200, { lines: 2 });
    });
    const { code, stdout, stderr } = await runHere([
      "poll",
      "--start",
      `${origin}/v1/batches`,
      "--data",
      '{"input_file_id":"in"}',
      "--until",
      "openai-batch",
      "--every",
      "1s",
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("succeeded") });
    expect(seen).toEqual(["POST /v1/batches", "GET /v1/batches/b1", "GET /v1/files/f1/content"]);
    expect(stdout).toMatch(/^succeeded after \d/);
    expect(stdout).toContain(`result of: ${origin}/v1/files/f1/content`);
    expect(stdout).toContain('"lines": 2');
  });

  it.each([
    ["failed", ["--failure", "body.error"], "until.failure matched"],
    ["exhausted", ["--pending", "body.error", "--max-retries", "0"], "still pending"],
    ["expired", ["--timeout", "0s"], "expiresAt passed"],
  ])("ends with exit code 1 when the poll %s", async (status, options, reason) => {
    const origin = await serve((_, response) => json(response, 200, { error: "broken" }));
    const { code, stdout } = await runHere(["poll", origin, ...options]);
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`^${status} after 0 retries`));
    expect(stdout).toContain(reason);
  });

  it("stops at once when interrupted", async () => {
    const origin = await serve((_, response) => json(response, 202, {}));
    const cli = startCli(["poll", origin, "--every", "10m"]);
    await expect.poll(() => cli.output().stderr).toContain("waiting");
    cli.process.kill("SIGINT");
    expect(await cli.ended).toMatchObject({ code: 130, stdout: "" });
  });
});

describe("bad usage of poll", () => {
  it.each([
    ["no URL", [], "give the URL to poll, or --start"],
    ["an unknown preset", ["http://x/", "--until", "replicat"], "did you mean replicate?"],
    [
      "a URL other than http",
      ["ftp://example.com/"],
      "URL: request.url: must be an http or https URL",
    ],
    [
      "broken JMESPath",
      ["http://x/", "--success", "a["],
      "--success: until.success: must be a JMESPath",
    ],
    ["no duration", ["http://x/", "--every", "soon"], "Write 45s, 10m, 2h, 1d"],
    ["a delay that is too long", ["http://x/", "--every", "13h"], "at most 12h"],
    ["an unknown option", ["http://x/", "--sucess", "a"], "Did you mean --success?"],
    ["a header without a colon", ["http://x/", "--header", "s3cret"], "--header number 1"],
  ])("%s: exit code 2, the error names it, nothing starts", async (_, args, message) => {
    const { code, stdout, stderr } = await runHere(["poll", ...args]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("s3cret");
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
