import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { isLocalShortage } from "../../../lib/http/local-shortage.ts";
import { sendWithSecret } from "../../../lib/secrets/send-with-secret.ts";
import { CHILD_ENVIRONMENT } from "../../support/child-environment.ts";
import { withCountingServer } from "../../support/counting-server.ts";
import { httpClient } from "../../support/http-client.ts";
import { secretsOf } from "../../support/secrets-of.ts";
import { createZone, serveZone } from "./reach/name-server.ts";

const run = promisify(execFile);
const PROGRAM = join(import.meta.dirname, "ask-with-few-descriptors.ts");

/** The answers to 100 simultaneous requests of a process with at most 60 file descriptors. */
async function answersOf(...args: string[]): Promise<{ kind: string; error?: unknown }[]> {
  const command = 'ulimit -n 60; exec "$0" "$@"';
  const { stdout } = await run("sh", ["-c", command, process.execPath, PROGRAM, ...args], {
    env: { ...CHILD_ENVIRONMENT, PATH: process.env.PATH },
  });
  return JSON.parse(stdout);
}

describe("a request without a free file descriptor", () => {
  it("is aborted, not counted as an error of its server, and retried in seconds", async () => {
    await withCountingServer(
      (_, response) => void setTimeout(() => response.end("ok"), 200),
      async (server) => {
        const answers = await answersOf(server.url);
        const kinds = new Set(answers.map(({ kind }) => kind));
        expect(kinds).toEqual(new Set(["response", "aborted"]));
        expect(answers).toContainEqual({ kind: "aborted", delaySeconds: 5 });
      },
    );
  });

  it("is also aborted when it needs a name lookup", async () => {
    const zone = createZone();
    zone.set("jobs.test", [["127.0.0.1"]]);
    const nameServer = `127.0.0.1:${await serveZone(zone, 0)}`;
    await withCountingServer(
      (_, response) => void setTimeout(() => response.end("ok"), 200),
      async (server) => {
        const answers = await answersOf(`http://jobs.test:${server.port}/`, nameServer);
        const kinds = new Set(answers.map(({ kind }) => kind));
        expect(kinds).toEqual(new Set(["response", "aborted"]));
      },
    );
  });
});

describe("a secret that cannot be read because no file descriptor is free", () => {
  it("does not count as an error of the poll", async () => {
    const { agents } = httpClient();
    const cause = Object.assign(new Error("connect EMFILE"), { code: "EMFILE" });
    const fail = () => Promise.reject(new Error("could not be read", { cause }));
    const secrets = secretsOf({ read: fail, readAfterRefusal: fail }, agents);
    const request = { url: "https://api.example/", method: "GET", headers: {} } as const;
    const { signal } = new AbortController();
    const options = { agents, signal, timeoutMs: 1000 };
    const auth = { secret: "secretsmanager:polls/key", as: "bearer" };
    expect(await sendWithSecret(request, auth, secrets, options)).toEqual({
      kind: "aborted",
      delaySeconds: 5,
    });
    agents.destroy();
  });
});

describe("isLocalShortage", () => {
  const failure = (code: string, address?: string) =>
    Object.assign(new Error(code), { code, ...(address && { address }) });

  it.each([
    [failure("EMFILE"), true],
    [failure("ENFILE"), true],
    [failure("ENOBUFS"), true],
    [failure("ENOMEM"), true],
    [failure("EADDRNOTAVAIL", "93.184.215.14"), true],
    [failure("EADDRNOTAVAIL", "2606:2800:21f::1"), false],
    [failure("ECONNREFUSED"), false],
    [failure("ENOTFOUND"), false],
    [new Error("EMFILE"), false],
    [new Error("could not be read", { cause: failure("EMFILE") }), true],
    [new Error("could not be read", { cause: failure("ENOTFOUND") }), false],
    [new AggregateError([failure("ENETUNREACH", "::1"), failure("EMFILE")]), true],
    [new AggregateError([failure("EADDRNOTAVAIL", "2606::1"), failure("ECONNREFUSED")]), false],
    ["EMFILE", false],
  ])("%s: %s", (error, expected) => {
    expect(isLocalShortage(error)).toBe(expected);
  });
});
