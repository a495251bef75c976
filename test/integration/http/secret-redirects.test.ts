import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sendWithSecret } from "../../../lib/secrets/send-with-secret.ts";
import { type CountingServer, startCountingServer } from "../../support/counting-server.ts";
import { httpClient } from "../../support/http-client.ts";
import { secretsOf } from "../../support/secrets-of.ts";

const TOKEN = "To/ken+MARKER";
const ROTATED = "Rotated-MARKER";
const { agents } = httpClient();

let api: CountingServer;
let other: CountingServer;
let told: (string | undefined)[] = [];
/** Where the API redirects a request of `/` to. */
let location = (_token: string) => "";
let valid = TOKEN;

beforeAll(async () => {
  api = await startCountingServer(({ url, headers }, response) => {
    told.push(headers.authorization);
    const token = headers.authorization?.replace("Bearer ", "") ?? "";
    if (token !== valid) response.writeHead(401).end();
    else if (url === "/") response.writeHead(302, { location: location(token) }).end();
    else response.end("here");
  });
  other = await startCountingServer((_, response) => response.end("elsewhere"));
});
beforeEach(() => {
  told = [];
  valid = TOKEN;
});
afterAll(async () => {
  agents.destroy();
  await Promise.all([api.close(), other.close()]);
});

const ask = (scope: object = {}) => {
  const secretOf = (value: string) => JSON.stringify({ origins: [api.url], value, ...scope });
  const reader = {
    read: async () => secretOf(TOKEN),
    readAfterRefusal: async () => secretOf(ROTATED),
  };
  return sendWithSecret(
    { url: `${api.url}/`, method: "GET", headers: {} },
    { secret: "secretsmanager:polls/api", as: "bearer" },
    secretsOf(reader, agents),
    { agents, timeoutMs: 60_000, signal: new AbortController().signal },
  );
};

describe("a redirect whose URL contains the secret", () => {
  it.each<[string, (token: string) => string]>([
    ["in its query, encoded", (token) => `${other.url}/?t=${encodeURIComponent(token)}`],
    ["in its query, unencoded", (token) => `${other.url}/?t=${token}`],
    [
      "in its path, in base64",
      (token) => `${other.url}/${Buffer.from(token).toString("base64url")}`,
    ],
    [
      "in its path, percent-encoded",
      (token) => `${other.url}/${Buffer.from(token).toString("hex").replace(/../g, "%$&")}`,
    ],
    ["in its fragment", (token) => `${other.url}/#${token}`],
  ])("%s is not followed to another origin", async (_, to) => {
    location = to;
    const before = other.connections;
    expect(await ask()).toEqual({
      kind: "refused",
      error: {
        name: "ForbiddenRedirectError",
        message: "a redirect would tell another origin the secret of the request",
      },
    });
    expect(other.connections).toBe(before);
  });

  it("in its host name, in lower case, is not looked up", async () => {
    valid = ROTATED;
    location = (token) => `http://${token}.localhost:${other.port}/`;
    expect(await ask()).toMatchObject({ error: { name: "ForbiddenRedirectError" } });
    expect(told).toEqual([`Bearer ${TOKEN}`, `Bearer ${ROTATED}`]);
  });

  it("is followed within its origin", async () => {
    location = (token) => `/done?t=${encodeURIComponent(token)}`;
    expect(await ask()).toMatchObject({ response: { body: "here" } });
  });

  it("is followed to another origin if its URL does not contain it", async () => {
    location = () => `${other.url}/?t=none`;
    expect(await ask()).toMatchObject({ response: { body: "elsewhere" } });
  });

  it("is followed within its origin, without the secret outside the secret's paths", async () => {
    location = () => "/admin";
    await ask({ paths: "/" });
    expect(told).toEqual([`Bearer ${TOKEN}`, undefined, `Bearer ${ROTATED}`]);
    told = [];
    location = () => "/%2e%2e/jobs/1";
    await ask({ paths: ["/", "/jobs/*"] });
    expect(told.slice(0, 2)).toEqual([`Bearer ${TOKEN}`, `Bearer ${TOKEN}`]);
  });
});
