import { once } from "node:events";
import http from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type CountingServer, startCountingServer } from "../../support/counting-server.ts";
import { type SecretsWorld, startSecretsWorld } from "./secrets-world.ts";

const CLIENT_SECRET = "client/secret+MARKER é~";
const auth = { secret: "secretsmanager:polls/client", as: "oauth2" };

let secrets: SecretsWorld;
let tokens: CountingServer;
let api: CountingServer;
let other: CountingServer;
let output = "";
/** How the token endpoint answers; by default with a token that ends in an hour. */
let answerToken: http.RequestListener | undefined;
/** The forms that the token endpoint was told, and its Authorization headers. */
let asked: { form: Record<string, string>; authorization: string | undefined }[] = [];
/** The Authorization headers that the APIs were told. */
let told: (string | undefined)[] = [];
/** The token that the API accepts: any other one is answered 401. */
let valid = (_token: string) => true;
let count = 0;

beforeAll(async () => {
  secrets = await startSecretsWorld();
  tokens = await startCountingServer(async (request, response) => {
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    asked.push({ form, authorization: request.headers.authorization });
    if (answerToken) return answerToken(request, response);
    count++;
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        access_token: `token-${count}-MARKER`,
        token_type: "Bearer",
        expires_in: 3600,
      }),
    );
  });
  const answer: http.RequestListener = ({ headers: { authorization = "" }, url }, response) => {
    told.push(authorization);
    const token = authorization.replace("Bearer ", "");
    if (url === "/away") response.setHeader("location", `${other.url}/`);
    response.setHeader("content-type", "application/json");
    response.writeHead(!valid(token) ? 401 : url === "/away" ? 302 : url === "/202" ? 202 : 200);
    response.end(
      JSON.stringify({ token, [token]: [CLIENT_SECRET, encodeURIComponent(CLIENT_SECRET)] }),
    );
  };
  api = await startCountingServer(answer);
  other = await startCountingServer(answer);
});
beforeEach(() => {
  [answerToken, asked, told, count] = [undefined, [], [], 0];
  valid = () => true;
  give({});
  output = "";
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      output += String(chunk);
      return true;
    });
  }
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await Promise.all([tokens.close(), api.close(), other.close()]);
  await secrets[Symbol.asyncDispose]();
});

const give = (client: object) =>
  secrets.aws.secrets.set(
    "secretsmanager:polls/client",
    JSON.stringify({
      origins: [api.url],
      tokenUrl: `${tokens.url}/token`,
      clientId: "a-client",
      clientSecret: CLIENT_SECRET,
      ...client,
    }),
  );
const poll = (pollId: string, more: object = {}, request: object = {}) =>
  JSON.stringify({ pollId, request: { url: `${api.url}/`, auth, ...request }, ...more });
const outcomeOf = async (message: string, environment = {}) => {
  const ended = await secrets.outcomesOf(await secrets.load(environment), message);
  return ended.get(JSON.parse(message).pollId);
};

describe("a token by client credentials", () => {
  it("is fetched once for the hundred records of a batch, and kept for the next batch", async () => {
    const handler = await secrets.load();
    const batch = (name: string) => Array.from({ length: 100 }, (_, n) => poll(`${name}-${n}`));
    const ended = await secrets.outcomesOf(handler, ...batch("a"));
    expect(ended.size).toBe(100);
    await secrets.outcomesOf(handler, ...batch("b").slice(0, 9));
    expect(asked).toHaveLength(1);
    expect(told).toHaveLength(109);
    expect(new Set(told)).toEqual(new Set(["Bearer token-1-MARKER"]));
    expect(asked[0]).toEqual({
      form: {
        grant_type: "client_credentials",
        client_id: "a-client",
        client_secret: CLIENT_SECRET,
      },
      authorization: undefined,
    });
  });

  it("is asked for with basic authentication, a scope and an audience", async () => {
    give({ style: "basic", scope: "jobs.read jobs.write", audience: "https://api.example.com" });
    expect(await outcomeOf(poll("basic"))).toMatchObject({ status: "succeeded" });
    const [{ form, authorization = "" } = { form: {} }] = asked;
    expect(form).toEqual({
      grant_type: "client_credentials",
      scope: "jobs.read jobs.write",
      audience: "https://api.example.com",
    });
    expect(atob(authorization.replace("Basic ", ""))).toBe(
      `a-client:${new URLSearchParams({ "": CLIENT_SECRET }).toString().slice(1)}`,
    );
  });

  it("is fetched once anew when the API refuses it, for all records of the batch", async () => {
    const handler = await secrets.load();
    await secrets.outcomesOf(handler, poll("before"));
    valid = (token) => token === "token-2-MARKER";
    const batch = Array.from({ length: 20 }, (_, n) => poll(`after-${n}`));
    const ended = await secrets.outcomesOf(handler, ...batch);
    expect(new Set([...ended.values()].map(({ status }) => status))).toEqual(
      new Set(["succeeded"]),
    );
    expect(asked).toHaveLength(2);
  });

  it("ends its poll when the API refuses the new one, too, and is not fetched for ever", async () => {
    valid = () => false;
    const handler = await secrets.load();
    const ended = await secrets.outcomesOf(handler, poll("a"), poll("b"));
    expect(ended.get("a")).toMatchObject({ status: "failed", response: { status: 401 } });
    await secrets.outcomesOf(handler, poll("c"));
    expect(asked).toHaveLength(2);
  });

  it("is asked for with the rotated secret when the endpoint refuses the old one", async () => {
    answerToken = (_, response) => {
      const isNew = asked.at(-1)?.form.client_secret === "the-rotated-MARKER";
      response.setHeader("content-type", "application/json");
      response.writeHead(isNew ? 200 : 401);
      const token = { access_token: "token-after-MARKER" };
      response.end(JSON.stringify(isNew ? token : { error: "invalid_client" }));
    };
    const handler = await secrets.load();
    const first = await secrets.outcomesOf(handler, poll("before"));
    expect(first.get("before")).toMatchObject({ status: "failed" });
    give({ clientSecret: "the-rotated-MARKER" });
    // The poller reads a refused secret again after five seconds, so a new sandbox asks here.
    const ended = await secrets.outcomesOf(await secrets.load(), poll("after"));
    expect(ended.get("after")).toMatchObject({ status: "succeeded" });
  });

  it("is not fetched for a request that may not have it, and does not follow a redirect", async () => {
    const handler = await secrets.load();
    const elsewhere = await secrets.outcomesOf(handler, poll("no", {}, { url: `${other.url}/` }));
    expect(elsewhere.get("no").error).toMatchObject({ name: "ForbiddenSecretError" });
    expect([asked, told]).toEqual([[], []]);
    const away = await secrets.outcomesOf(handler, poll("away", {}, { url: `${api.url}/away` }));
    expect(away.get("away")).toMatchObject({ status: "succeeded" });
    expect(told).toEqual(["Bearer token-1-MARKER", ""]);
  });

  it("is asked for under the guard", async () => {
    const lists = { POLL_DENY_HOSTS: "localhost" };
    give({ tokenUrl: tokens.url.replace("127.0.0.1", "localhost") });
    const { status, error } = await outcomeOf(poll("guarded"), lists);
    expect({ status, name: error.name }).toEqual({ status: "failed", name: "TokenRefusedError" });
    expect(error.message).toContain("ForbiddenAddressError");
    expect(asked).toEqual([]);
  });

  it("stands in no output, however the API and the endpoint repeat it", async () => {
    const handler = await secrets.load({ METRICS_NAMESPACE: "RequestPoller" });
    const until = { success: "body.token", result: "body" };
    const ended = await secrets.outcomesOf(
      handler,
      poll("done"),
      poll("result", { until }),
      poll("pending", {}, { url: `${api.url}/202` }),
    );
    expect(ended.get("result").result.token).toBe("[secret]");
    answerToken = (_, response) => {
      const { client_secret: secret } = asked.at(-1)?.form ?? {};
      response.setHeader("content-type", "application/json");
      const description = `${"x".repeat(250)}${secret} is wrong, ${btoa(`${encodeURIComponent(secret ?? "")}`)}`;
      response.writeHead(400);
      response.end(JSON.stringify({ error: "invalid_client", error_description: description }));
    };
    const refused = await secrets.outcomesOf(await secrets.load(), poll("refused"));
    expect(refused.get("refused").error.message).toMatch(/x\[secret\] is wro/);
    const { queues } = secrets.world;
    queues.advance(86_400_000);
    const pending = JSON.stringify(await queues.receive(queues.queueUrl));
    expect(pending).toContain("pending");
    const everything = [...ended.values(), ...refused.values(), pending, output];
    const written = JSON.stringify(everything);
    expect(written).toContain("RequestPoller");
    expect(decodeURIComponent(written.replaceAll(/%(?![0-9a-f]{2})/gi, "%25"))).not.toContain(
      "MARKER",
    );
    expect(written).not.toContain(btoa("MARKER").slice(1, -3));
  });
});

describe("a token endpoint that gives no token", () => {
  const html: http.RequestListener = (_, response) =>
    response.setHeader("content-type", "text/html").end("<html>Maintenance</html>");
  const json =
    (status: number, body: unknown): http.RequestListener =>
    (_, response) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
  const redirect: http.RequestListener = (_, response) =>
    response.writeHead(307, { location: `${other.url}/token` }).end();
  const huge: http.RequestListener = (_, response) => response.end("x".repeat(2 ** 20 + 1));
  const idOf = (patience: string, name: string) => `${patience}-${name.replaceAll(" ", "-")}`;
  const hangUp: http.RequestListener = (_, response) => response.destroy();

  it.each<[string, http.RequestListener, string, string]>([
    ["HTML", html, "transient", "it answered 200 with something else than JSON"],
    ["an error", json(401, { error: "invalid_client" }), "final", "it answered 401 invalid_client"],
    ["a failing server", json(503, {}), "transient", "it answered 503"],
    ["no token", json(200, {}), "transient", "it answered 200 without an access_token"],
    ["a redirect", redirect, "final", "it answered 307, but a client's secret is sent"],
    ["a huge body", huge, "final", "larger than"],
    ["no answer", hangUp, "transient", "socket hang up"],
  ])("%s", async (name, answer, kind, message) => {
    answerToken = answer;
    const handler = await secrets.load();
    const ended = await secrets.outcomesOf(
      handler,
      poll(idOf("patient", name), { maxErrors: 1 }),
      poll(idOf("impatient", name), { maxErrors: 0 }),
    );
    const { status, error, response } = ended.get(idOf("impatient", name));
    expect({ status, response }).toEqual({ status: "failed", response: undefined });
    expect(error.name).toBe(kind === "final" ? "TokenRefusedError" : "TokenUnavailableError");
    expect(error.message).toContain(`secretsmanager:polls/client: no token from ${tokens.url}: `);
    expect(error.message).toContain(message);
    expect(ended.has(idOf("patient", name))).toBe(kind === "final");
    expect(told).toEqual([]);
  });

  it("a pause: the poll that was told counts an error, those after it are held", async () => {
    answerToken = (_, response) => response.writeHead(429, { "retry-after": "30" }).end();
    const handler = await secrets.load();
    const told = await secrets.outcomesOf(handler, poll("told", { maxErrors: 0 }));
    expect(told.get("told")).toMatchObject({ status: "failed" });
    const later = await secrets.outcomesOf(handler, poll("later", { maxErrors: 0, maxRetries: 0 }));
    expect([later.has("later"), asked.length]).toEqual([false, 1]);
  });

  it("no expires_in, or one as a text: the token is used all the same", async () => {
    answerToken = json(200, { access_token: "token-without-end-MARKER", expires_in: "3600" });
    expect(await outcomeOf(poll("text"))).toMatchObject({ status: "succeeded" });
    answerToken = json(200, { access_token: "token-without-end-MARKER" });
    expect(await outcomeOf(poll("none"))).toMatchObject({ status: "succeeded" });
  });

  it("slow: the record's time limit ends the wait, and the request for the token", async () => {
    const closed = Promise.withResolvers<void>();
    answerToken = (_, response) => void response.on("close", closed.resolve);
    const message = poll("slow", { maxErrors: 0 }, { timeoutMs: 100 });
    const { error } = await outcomeOf(message);
    expect(error).toEqual({
      name: "TokenUnavailableError",
      message: `secretsmanager:polls/client: no token from ${tokens.url}: not in time`,
    });
    await closed.promise;
  });

  it("down: the poll is asked again", async () => {
    const gone = http.createServer().listen(0, "127.0.0.1");
    await once(gone, "listening");
    const address = gone.address();
    const port = typeof address === "object" ? address?.port : 0;
    gone.close();
    await once(gone, "close");
    give({ tokenUrl: `http://127.0.0.1:${port}/token` });
    const { error } = await outcomeOf(poll("down", { maxErrors: 0 }));
    expect(error.name).toBe("TokenUnavailableError");
    expect(error.message).toContain("ECONNREFUSED");
  });
});
