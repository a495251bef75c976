import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { unpackOutcome } from "../../../lib/fence/packed-outcome.ts";
import { startLocalTable } from "../../support/local-table.ts";
import type { SecretsServer } from "../../support/secrets-server.ts";
import { SPELLINGS } from "../../support/spellings.ts";
import type { PollerWorld } from "./poller-world.ts";
import { type SecretsWorld, startSecretsWorld } from "./secrets-world.ts";

const TOKEN = 'tok en/"\u007e+MARKER?&=x';
const ROTATED = "MARKER-after-the-rotation";

let secrets: SecretsWorld;
let world: PollerWorld;
let aws: SecretsServer;
let api: http.Server;
let origin: string;
let output = "";
/** The header value that the API accepts. */
let valid: string;
let asked: http.IncomingHttpHeaders[] = [];

/** An answer that repeats the secret in every spelling, in names, texts and nested values. */
const echo = (told: string) => {
  const plain = told.replace(/^Bearer /, "");
  const spelled = Object.entries(SPELLINGS).map(([name, spell]) => [
    name,
    [plain, told].map(spell),
  ]);
  return { ...Object.fromEntries(spelled), plain, [plain]: { deep: [[plain]] } };
};

/** A JSON text and every name and value in it. Strings that contain JSON are searched too, at any depth. */
function textsIn(text: string): string[] {
  const inside: string[] = [];
  try {
    JSON.parse(text, (name, value) => {
      inside.push(name, String(value));
      return value;
    });
  } catch {
    return [text];
  }
  return [text, ...inside.filter((each) => each !== text).flatMap(textsIn)];
}

beforeEach(async () => {
  secrets = await startSecretsWorld();
  ({ world, aws } = secrets);
  asked = [];
  valid = `Bearer ${TOKEN}`;
  api = http.createServer(({ url = "", headers }, response) => {
    asked.push(headers);
    const key = new URL(url, origin).searchParams.get("key");
    const told = String(headers.authorization ?? headers["x-api-key"] ?? key ?? "nothing");
    const isValid = told === valid;
    if (url.startsWith("/away")) response.setHeader("location", `http://localhost:${port()}/`);
    const status = url.startsWith("/pending") ? 202 : url.startsWith("/away") ? 302 : 200;
    response.writeHead(isValid ? status : 401, {
      "content-type": "application/json",
      "x-told": encodeURI(told),
      "x-asked": url,
    });
    response.end(JSON.stringify(echo(told)));
  });
  const port = () => (api.address() as AddressInfo).port;
  api.listen(0, "127.0.0.1");
  await once(api, "listening");
  origin = `http://127.0.0.1:${port()}`;
  output = "";
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      output += String(chunk);
      return true;
    });
  }
});
afterEach(async () => {
  vi.restoreAllMocks();
  api.closeAllConnections();
  api.close();
  await secrets[Symbol.asyncDispose]();
});

const load = (environment = {}) => secrets.load(environment);
const poll = (pollId: string, auth: object, path = "/", more: object = {}) =>
  JSON.stringify({ pollId, request: { url: `${origin}${path}`, auth }, ...more });
const secretOf = (value: object) => JSON.stringify({ origins: [origin], ...value });

const outcomesOf: SecretsWorld["outcomesOf"] = (...batch) => secrets.outcomesOf(...batch);

describe("a secret by reference", () => {
  it.each([
    ["bearer", { value: TOKEN }, {}, "authorization", `Bearer ${TOKEN}`],
    ["bearer", { token: TOKEN }, { key: "#token" }, "authorization", `Bearer ${TOKEN}`],
    ["header:X-Api-Key", { value: TOKEN }, {}, "x-api-key", TOKEN],
    ["basic", { value: "user:password" }, {}, "authorization", "Basic dXNlcjpwYXNzd29yZA=="],
    [
      "basic",
      { username: "api-key-1", password: "" },
      {},
      "authorization",
      "Basic YXBpLWtleS0xOg==",
    ],
    ["basic", { value: "api-key-1:X" }, {}, "authorization", "Basic YXBpLWtleS0xOlg="],
    [
      "basic",
      { username: "user", password: "password" },
      {},
      "authorization",
      "Basic dXNlcjpwYXNzd29yZA==",
    ],
  ])(
    "as %s, %j: is sent in the request",
    async (as, secret, { key = "" }: { key?: string }, name, value) => {
      valid = value;
      aws.secrets.set("secretsmanager:polls/api", secretOf(secret));
      aws.secrets.set("ssm:/polls/api", secretOf(secret));
      const ended = await outcomesOf(
        await load(),
        poll("sm", { secret: `secretsmanager:polls/api${key}`, as }),
        poll("ssm", { secret: `ssm:/polls/api${key}`, as }),
      );
      expect(ended.get("sm")).toMatchObject({ status: "succeeded" });
      expect(ended.get("ssm")).toMatchObject({ status: "succeeded" });
      expect(asked.map((headers) => headers[name])).toEqual([value, value]);
    },
  );

  it("is read once per batch, and not again while the cached value is fresh", async () => {
    aws.secrets.set("secretsmanager:polls/api", secretOf({ value: TOKEN }));
    const handler = await load();
    const auth = { secret: "secretsmanager:polls/api" };
    await outcomesOf(handler, poll("a", auth), poll("b", auth), poll("c", auth));
    await outcomesOf(handler, poll("d", auth));
    expect(aws.reads).toHaveLength(1);
    expect(asked).toHaveLength(4);
  });

  it("is read once more on a 401, because it may have been rotated", async () => {
    aws.secrets.set("secretsmanager:polls/api", secretOf({ value: TOKEN }));
    const handler = await load();
    const auth = { secret: "secretsmanager:polls/api" };
    await outcomesOf(handler, poll("before", auth));
    aws.secrets.set("secretsmanager:polls/api", secretOf({ value: ROTATED }));
    valid = `Bearer ${ROTATED}`;
    const ended = await outcomesOf(handler, poll("a", auth), poll("b", auth), poll("c", auth));
    expect([...ended.values()].map(({ status }) => status)).toEqual(Array(3).fill("succeeded"));
    expect(aws.reads).toHaveLength(2);
  });

  it("ends its poll if the server still refuses it, and is not read again", async () => {
    aws.secrets.set("secretsmanager:polls/api", secretOf({ value: TOKEN }));
    valid = "nobody";
    const handler = await load();
    const auth = { secret: "secretsmanager:polls/api" };
    const ended = await outcomesOf(handler, poll("a", auth), poll("b", auth));
    expect(ended.get("a")).toMatchObject({ status: "failed", response: { status: 401 } });
    await outcomesOf(handler, poll("c", auth));
    expect(aws.reads).toHaveLength(2);
  });

  it("is sent only to its own origins, and not to another origin after a redirect", async () => {
    aws.secrets.set("secretsmanager:polls/api", secretOf({ value: TOKEN }));
    aws.secrets.set(
      "secretsmanager:polls/other",
      JSON.stringify({ origins: "https://a.example", value: TOKEN }),
    );
    aws.secrets.set("secretsmanager:polls/unbound", JSON.stringify({ value: TOKEN }));
    aws.secrets.set("secretsmanager:polls/plain", TOKEN);
    aws.secrets.set("secretsmanager:elsewhere", secretOf({ value: TOKEN }));
    const secret = (name: string) => ({ secret: `secretsmanager:${name}` });
    const ended = await outcomesOf(
      await load(),
      poll("other", secret("polls/other")),
      poll("unbound", secret("polls/unbound")),
      poll("plain", secret("polls/plain")),
      poll("not-allowed", secret("elsewhere")),
      poll("away", secret("polls/api"), "/away"),
    );
    const errorOf = (pollId: string) => ended.get(pollId)?.error.message;
    expect(errorOf("other")).toContain(`may not be sent to ${origin}`);
    expect(errorOf("unbound")).toContain("names no origins");
    expect(errorOf("plain")).toContain("must be a JSON object");
    expect(errorOf("not-allowed")).toMatch(/is not in POLL_ALLOW_SECRETS; .*AllowSecrets/);
    expect(asked.map(({ authorization }) => authorization)).toEqual([valid, undefined]);
    expect(aws.reads).not.toContain("secretsmanager:elsewhere");
  });

  it("is sent only with its methods and to its paths", async () => {
    aws.secrets.set(
      "secretsmanager:polls/api",
      secretOf({ value: TOKEN, methods: ["GET"], paths: ["/jobs/*"] }),
    );
    const auth = { secret: "secretsmanager:polls/api" };
    const post = { request: { url: `${origin}/jobs/1`, method: "POST", auth } };
    const ended = await outcomesOf(
      await load(),
      poll("job", auth, "/jobs/1"),
      poll("admin", auth, "/admin"),
      poll("dots", auth, "/jobs/%2e%2e%2fadmin"),
      poll("post", auth, "", post),
    );
    expect(ended.get("job")).toMatchObject({ status: "succeeded" });
    for (const name of ["admin", "dots", "post"]) {
      const error = { name: "ForbiddenSecretError" };
      expect(ended.get(name)).toMatchObject({ status: "failed", error });
    }
    expect(asked).toHaveLength(1);
  });

  it("that cannot be read is a transient error with its name", async () => {
    const [handler, auth] = [await load(), { secret: "secretsmanager:polls/gone" }];
    const ended = await outcomesOf(handler, poll("gone", auth, "/", { maxErrors: 0 }));
    expect(ended.get("gone")).toMatchObject({
      status: "failed",
      error: {
        name: "SecretUnreadableError",
        message: "secretsmanager:polls/gone could not be read: ResourceNotFoundException",
      },
    });
  });

  it.each([
    ["bearer", { value: TOKEN }, `Bearer ${TOKEN}`],
    ["header:X-Api-Key", { value: TOKEN }, TOKEN],
    ["query:key", { value: TOKEN }, TOKEN],
    ["basic", { username: "user", password: TOKEN }, `Basic ${btoa(`user:${TOKEN}`)}`],
  ])("as %s: is in no output, however the server repeats it", async (as, value, told) => {
    valid = told;
    aws.secrets.set("secretsmanager:polls/api", secretOf(value));
    const auth = { secret: "secretsmanager:polls/api", as };
    const until = { success: "body.plain", result: "body" };
    const table = await startLocalTable();
    onTestFinished(table.close);
    const fence = { TABLE_NAME: table.tableName, AWS_ENDPOINT_URL_DYNAMODB: table.endpoint };
    for (const environment of [{}, { OUTCOME_QUEUE_URL: "" }, fence]) {
      const run = await load({ METRICS_NAMESPACE: "RequestPoller", ...environment });
      await outcomesOf(
        run,
        poll("done", auth),
        poll("result", auth, "/", { until }),
        poll("failed", auth, "/", { until: { success: "`false`", failure: "body.plain" } }),
        poll("broken-rule", auth, "/pending", {
          until: { success: "abs(body.plain)" },
          maxRetries: 0,
        }),
        poll("pending", auth, "/pending"),
        poll("poison", { ...auth, as: "nonsense" }),
      );
    }
    const { queues } = world;
    const urls = [queues.queueUrl, queues.outcomeQueueUrl, queues.deadLetterQueueUrl];
    const written: string[] = output.split("\n");
    for (const url of urls) written.push(JSON.stringify(await queues.receive(url)));
    queues.advance(86_400_000);
    for (const url of urls) written.push(JSON.stringify(await queues.receive(url)));

    const rows = await table.rows();
    written.push(JSON.stringify(rows));
    const decided = rows.map(({ outcome }) => outcome).filter((of) => of instanceof Uint8Array);
    written.push(...decided.map((of) => unpackOutcome(of) ?? ""));
    const everything = written.join("\n");

    expect(decided).toHaveLength(4);
    expect(everything).toContain('"Namespace":"RequestPoller"');
    expect(everything).toContain("[secret]");
    expect(everything).toContain("broken-rule");
    const readable = everything.replace(/%([0-9a-f]{2})/gi, (_, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    expect(readable).not.toContain("MARKER");
    const texts = written.flatMap(textsIn).join("\n");
    for (const [name, spell] of Object.entries(SPELLINGS)) {
      const spelled = spell(TOKEN).replace(/=+$/, "");
      // The first and the last characters of base64 depend on the text around the secret.
      expect(texts, name).not.toContain(spelled.slice(4, -3));
    }
    for (const text of readable.replaceAll("\\", "").match(/[\w+/-]{16,}/g) ?? []) {
      for (const offset of [0, 1, 2, 3]) {
        expect(Buffer.from(text.slice(offset), "base64").toString("latin1")).not.toContain(
          "MARKER",
        );
      }
    }
  });
});
