import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { sendWithSecret } from "../../../lib/secrets/send-with-secret.ts";
import { type CountingServer, startCountingServer } from "../../support/counting-server.ts";
import { httpClient } from "../../support/http-client.ts";
import { secretsOf } from "../../support/secrets-of.ts";

const KEY = "a-key/+ MARKER&=?#%";
const { agents } = httpClient();

let api: CountingServer;
let other: CountingServer;
/** The URLs that the servers were asked, with the name of the server. */
let asked: string[] = [];
/** Where the API redirects a request of `/` to, from the URL that it was asked. */
let location: ((url: string) => string) | undefined;

const keysIn = (url: string) => new URL(url, "http://localhost").searchParams.getAll("api_key");

beforeAll(async () => {
  api = await startCountingServer(({ url = "" }, response) => {
    asked.push(`api${url}`);
    if (location && url.startsWith("/?")) {
      response.writeHead(302, { location: location(url) }).end();
      return;
    }
    response.writeHead(202, { location: `${url}&page=2`, "content-type": "application/json" });
    const self = `${api.url}${url}`;
    response.end(JSON.stringify({ self, next: `${self}&page=2`, key: keysIn(url)[0] }));
  });
  other = await startCountingServer(({ url = "" }, response) => {
    asked.push(`other${url}`);
    response.end("elsewhere");
  });
});
beforeEach(() => {
  asked = [];
  location = undefined;
});
afterAll(async () => {
  agents.destroy();
  await Promise.all([api.close(), other.close()]);
});

const ask = (path = "/", secret: object = {}, url = `${api.url}${path}`) => {
  const read = async () => JSON.stringify({ origins: [api.url], value: KEY, ...secret });
  return sendWithSecret(
    { url, method: "GET", headers: {} },
    { secret: "secretsmanager:polls/api", as: "query:api_key" },
    secretsOf({ read, readAfterRefusal: read }, agents),
    { agents, timeoutMs: 60_000, signal: new AbortController().signal, outOfScope: "without" },
  );
};

it("sends a key in the query, in place of one in the message", async () => {
  await ask("/jobs/1?b=1%2F&api_key=none");
  const [url = ""] = asked;
  expect(url).toMatch(/^api\/jobs\/1\?b=1%2F&api_key=/);
  expect(keysIn(url)).toEqual([KEY]);
});

it("removes the key with its parameter from the URLs in an answer, and masks it elsewhere", async () => {
  const answer = await ask("/jobs/1?b=1");
  expect(answer).toMatchObject({
    response: {
      headers: { location: "/jobs/1?b=1&page=2" },
      body: {
        self: `${api.url}/jobs/1?b=1`,
        next: `${api.url}/jobs/1?b=1&page=2`,
        key: "[secret]",
      },
    },
  });
  expect(JSON.stringify(answer)).not.toContain("MARKER");
});

it("keeps the key through a redirect within its origin, whether or not the Location repeats it", async () => {
  for (const to of ["/done?b=1", "/done?api_key=old&b=1"]) {
    location = () => to;
    expect(await ask()).toMatchObject({ redirectedTo: `${api.url}/done?b=1` });
    expect(keysIn(asked.at(-1) ?? "")).toEqual([KEY]);
  }
  location = (url) => `/done${url.slice(1)}`;
  expect(await ask()).toMatchObject({ redirectedTo: `${api.url}/done` });
  expect(keysIn(asked.at(-1) ?? "")).toEqual([KEY]);
});

it("takes the key out of a redirect to another origin or outside the secret's paths", async () => {
  location = (url) => `${other.url}${url}&b=1`;
  expect(await ask()).toMatchObject({ response: { body: "elsewhere" } });
  expect(asked.at(-1)).toBe("other/?b=1");
  location = (url) => `/admin${url.slice(1)}`;
  await ask("/", { paths: ["/"] });
  expect(asked.at(-1)).toBe("api/admin");
});

it("leaves a parameter of the same name, with another value, to the other origin", async () => {
  location = () => `${other.url}/?api_key=its-own`;
  await ask();
  await ask("", {}, `${other.url}/?api_key=its-own`);
  expect(asked.slice(-2)).toEqual(["other/?api_key=its-own", "other/?api_key=its-own"]);
});

it("does not follow a redirect to another origin that names the key elsewhere", async () => {
  const before = other.requests;
  location = () => `${other.url}/${encodeURIComponent(KEY)}`;
  expect(await ask()).toMatchObject({
    kind: "refused",
    error: { name: "ForbiddenRedirectError" },
  });
  expect(other.requests).toBe(before);
});

it("names no key in the error of a request that fails", async () => {
  const gone = await startCountingServer(() => undefined);
  await gone.close();
  const answer = await ask("", { origins: [gone.url] }, `${gone.url}/x`);
  expect(answer).toMatchObject({ kind: "transient" });
  expect(JSON.stringify(answer)).not.toContain("MARKER");
});
