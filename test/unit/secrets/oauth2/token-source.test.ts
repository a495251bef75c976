import { describe, expect, it } from "vitest";
import type { HttpAnswer } from "../../../../lib/http/http-request.ts";
import type { OAuth2Client } from "../../../../lib/secrets/oauth2/client.ts";
import { createTokenSource } from "../../../../lib/secrets/oauth2/token-source.ts";

const client: OAuth2Client = {
  tokenUrl: "https://auth.example.com/token",
  clientId: "client",
  clientSecret: "client-secret",
  scope: undefined,
  audience: undefined,
  style: "body",
};
const patient = new AbortController().signal;

/** A token endpoint whose answers wait until they are let out, and a clock. */
function world({ expiresIn = 3600, isOpen = true } = {}) {
  let now = 0;
  const asked: AbortSignal[] = [];
  const gate = Promise.withResolvers<void>();
  if (isOpen) gate.resolve();
  const source = createTokenSource({
    async send(_, { signal }): Promise<HttpAnswer> {
      asked.push(signal);
      const count = asked.length;
      const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
      await Promise.race([gate.promise, aborted]);
      if (signal.aborted) return { kind: "aborted" };
      const body = { access_token: `token-${count}-MARKER`, expires_in: expiresIn };
      return { kind: "response", response: { status: 200, headers: {}, body } };
    },
    now: () => now,
  });
  return {
    source,
    asked,
    open: gate.resolve,
    advance: (seconds: number) => {
      now += seconds * 1000;
    },
    ask: () => source.token(client, patient),
    refuse: (token: string) => source.tokenAfterRefusal(client, token, patient),
  };
}

describe("the tokens of a sandbox", () => {
  it("are fetched once, however many records ask at the same time", async () => {
    const { ask, asked, open } = world({ isOpen: false });
    const all = Promise.all(Array.from({ length: 100 }, ask));
    open();
    expect(new Set(await all)).toEqual(new Set(["token-1-MARKER"]));
    expect(asked).toHaveLength(1);
  });

  it("are kept until shortly before they expire", async () => {
    const { ask, asked, advance } = world();
    await ask();
    advance(3539);
    expect(await ask()).toBe("token-1-MARKER");
    advance(1);
    expect(await ask()).toBe("token-2-MARKER");
    expect(asked).toHaveLength(2);
  });

  it("are kept per client", async () => {
    const { source, ask } = world();
    await ask();
    expect(await source.token({ ...client, scope: "other" }, patient)).toBe("token-2-MARKER");
    expect(await source.token({ ...client, clientSecret: "rotated-secret" }, patient)).toBe(
      "token-3-MARKER",
    );
  });

  it("that end at once are still shared by those who wait", async () => {
    const { ask, asked } = world({ expiresIn: 0 });
    await Promise.all([ask(), ask()]);
    expect(asked).toHaveLength(1);
    expect(await ask()).toBe("token-2-MARKER");
  });

  it("are fetched once anew after a refusal, however many records were refused", async () => {
    const { ask, refuse, asked } = world();
    const token = await ask();
    const anew = await Promise.all(Array.from({ length: 100 }, () => refuse(token)));
    expect(new Set(anew)).toEqual(new Set(["token-2-MARKER"]));
    expect(await refuse(token)).toBe("token-2-MARKER");
    expect(asked).toHaveLength(2);
  });

  it("are not fetched again at once when the new one is refused, too", async () => {
    const { ask, refuse, asked, advance } = world();
    const second = (await refuse(await ask())) ?? "";
    expect(await refuse(second)).toBeUndefined();
    expect(asked).toHaveLength(2);
    advance(6);
    expect(await refuse(second)).toBe("token-3-MARKER");
  });

  it("are known for a while, so that they can be removed from answers", async () => {
    const { source, ask, advance } = world({ expiresIn: 1 });
    for (let count = 0; count < 7; count++) {
      await ask();
      advance(1);
    }
    expect(source.known(client)).toEqual([7, 6, 5, 4, 3].map((n) => `token-${n}-MARKER`));
  });

  it("end their request when nobody waits for it any more, and not before", async () => {
    const { source, asked, ask, open } = world({ isOpen: false });
    const [one, other] = [new AbortController(), new AbortController()];
    const first = source.token(client, one.signal);
    const second = source.token(client, other.signal);
    one.abort(new Error("the batch has ended"));
    await expect(first).rejects.toThrow("the batch has ended");
    expect(asked[0]?.aborted).toBe(false);
    other.abort(new Error("this one, too"));
    await expect(second).rejects.toThrow("this one, too");
    expect(asked[0]?.aborted).toBe(true);
    await expect(source.token(client, other.signal)).rejects.toThrow("this one, too");
    expect(asked).toHaveLength(1);
    const later = ask();
    open();
    expect(await later).toBe("token-2-MARKER");
  });

  it("that cannot be had are asked for again", async () => {
    let count = 0;
    const source = createTokenSource({
      send: async () =>
        ++count === 1
          ? { kind: "transient", error: { name: "Error", message: "connect ECONNREFUSED" } }
          : {
              kind: "response",
              response: { status: 200, headers: {}, body: { access_token: "a-token-MARKER" } },
            },
      now: () => 0,
    });
    const both = await Promise.allSettled([
      source.token(client, patient),
      source.token(client, patient),
    ]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(count).toBe(1);
    expect(await source.token(client, patient)).toBe("a-token-MARKER");
  });

  it("are not asked for while the endpoint wants a pause, of at most a minute", async () => {
    for (const [asked, pause] of [
      ["7", 7],
      ["3600", 60],
    ] as const) {
      let [now, count] = [0, 0];
      const source = createTokenSource({
        async send() {
          count++;
          const head = { status: 429, headers: { "retry-after": asked } };
          return { kind: "response", response: { ...head, body: "slow down" } };
        },
        now: () => now,
      });
      const ask = () => source.token(client, patient);
      await expect(ask()).rejects.toMatchObject({ name: "TokenUnavailableError" });
      now = 1000;
      await expect(ask()).rejects.toMatchObject({
        name: "TokenNotAskedError",
        delaySeconds: pause - 1,
      });
      expect(count).toBe(1);
      now = pause * 1000;
      await expect(ask()).rejects.toMatchObject({ name: "TokenUnavailableError" });
      expect(count).toBe(2);
    }
  });
});
