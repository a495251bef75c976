import { describe, expect, it } from "vitest";
import { samplePolls } from "../../browser/sample-polls.ts";
import { createSampleSource } from "../../browser/sample-source.ts";
import { runConsole } from "../../support/running-console.ts";

interface Named {
  readonly pollId: string;
}

const HOSTILE = `</script><img src=x onerror=alert(1)>"'&\u2028\u0000\u202e`;

describe("the console's API", () => {
  it("lists polls by page, and counts all that match", async () => {
    const source = createSampleSource(samplePolls(500, Date.now()));
    const { api } = await runConsole(source);
    const { body: first } = await api("/api/polls?limit=100&sort=id&order=asc");
    const idsOf = (body: object) =>
      Object(body)
        .polls.map(Object)
        .map(({ pollId }: Named) => pollId);
    expect(first.total).toBe(500);
    const { body: second } = await api(
      `/api/polls?limit=100&sort=id&order=asc&cursor=${first.cursor}`,
    );
    const ids = samplePolls(200, 0).map(({ pollId }) => pollId);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);
    expect(second.polls).toContainEqual(expect.objectContaining({ history: [] }));
    const { body: failed } = await api("/api/polls?state=failed");
    const counts = Object(failed.counts);
    expect(failed.total).toBe(counts.failed);
    expect(Object.values<number>(counts).reduce((sum, count) => sum + count, 0)).toBe(500);
  });

  it("says when the table has more polls than it keeps", async () => {
    const [poll] = samplePolls(1, Date.now());
    if (poll === undefined) throw new Error("no poll");
    const polls = Array.from({ length: 50_001 }, (_, n) => ({
      ...poll,
      history: [],
      pollId: `poll-${n}`,
    }));
    const source = createSampleSource(polls);
    const { api } = await runConsole(source);
    const { body } = await api("/api/polls?limit=1");
    expect([body.total, body.isPartial]).toEqual([50_000, true]);
    const all = await runConsole(createSampleSource(polls.slice(1)));
    const { body: whole } = await all.api("/api/polls?limit=1");
    expect([whole.total, whole.isPartial]).toEqual([50_000, undefined]);
  });

  it.each(["sort=size", "order=up", "state=odd", "limit=-1", "limit=x"])(
    "names the option that is wrong: %s",
    async (query) => {
      const { api } = await runConsole(createSampleSource([]));
      const { status, body } = await api(`/api/polls?${query}`);
      expect(status).toBe(400);
      expect(body).toMatchObject({
        error: { message: expect.stringContaining(query.split("=")[0] ?? "") },
      });
    },
  );

  it("hides what may be secret in a poll's message and outcome, until its text is asked for", async () => {
    const polls = samplePolls(50, Date.now());
    const live = polls.find(({ state }) => state === "waiting");
    const ended = polls.find(({ state }) => state === "failed");
    const message = JSON.stringify({
      pollId: live?.pollId,
      request: {
        url: "https://api.example/jobs/1?sig=QUERYSECRET&page=2",
        method: "POST",
        headers: { authorization: "Bearer HEADERSECRET", accept: "application/json" },
        body: { client_secret: "BODYSECRET" },
      },
      context: { note: "CONTEXTSECRET" },
      delaySeconds: 5,
    });
    const { ask, api, token } = await runConsole(createSampleSource(polls, { message }));
    const headers = { "x-console-token": token };
    const { text } = await ask(`/api/polls/${live?.pollId}`, { headers });
    expect(text).not.toContain("SECRET");
    expect(JSON.parse(JSON.parse(text).message.body)).toMatchObject({
      delaySeconds: 5,
      request: {
        url: "https://api.example/jobs/1?sig=…&page=…",
        headers: { authorization: "[not shown]", accept: "application/json" },
        body: "[not shown]",
      },
    });
    expect((await api(`/api/polls/${live?.pollId}/message`)).body).toEqual({ text: message });
    const { body: command } = await api(`/api/polls/${live?.pollId}/curl`);
    expect(command.text).toMatch(/^curl .*QUERYSECRET.*HEADERSECRET.*BODYSECRET/);
    const answer = await ask(`/api/polls/${ended?.pollId}`, { headers });
    expect(answer.text).not.toContain("session=");
    expect(JSON.parse(JSON.parse(answer.text).outcome).response.headers).toMatchObject({
      "set-cookie": "[not shown]",
    });
  });

  it("nudges a poll, and says that one has ended", async () => {
    const source = createSampleSource(samplePolls(50, Date.now()));
    const { api } = await runConsole(source);
    const nudge = async (state: string) => {
      const [poll] = [...source.polls.values()].filter((of) => of.state === state);
      return (await api(`/api/polls/${poll?.pollId}/nudge`, {})).body;
    };
    expect(await nudge("waiting")).toEqual({ nudged: true, withinSeconds: 0 });
    expect(await nudge("failed")).toEqual({ nudged: false, state: "failed" });
  });

  it.each([
    ["/api/polls/nobody", undefined],
    ["/api/polls/nobody/nudge", {}],
  ])("says that there is no such poll: %s", async (path, body) => {
    const { api } = await runConsole(createSampleSource([]));
    expect(await api(path, body)).toMatchObject({
      status: 404,
      body: { error: { name: "NoPollError", message: expect.stringContaining("nobody") } },
    });
  });

  it("checks a message field by field, and submits none that is wrong", async () => {
    const source = createSampleSource([]);
    const { api } = await runConsole(source);
    const wrong = { message: '{"request":{"url":"x"},"maxRetrys":3}' };
    expect((await api("/api/validate", wrong)).body).toMatchObject({
      errors: [
        { path: "request.url", message: "must be an absolute http or https URL" },
        { path: "maxRetrys", message: expect.stringContaining("did you mean maxRetries?") },
      ],
    });
    expect(await api("/api/submit", wrong)).toMatchObject({ status: 422 });
    const right = { message: '{"request":{"url":"https://example.com/"}}' };
    expect((await api("/api/validate", right)).body).toEqual({ ok: true });
    expect((await api("/api/submit", right)).status).toBe(200);
    expect(source.sent).toHaveLength(1);
  });

  it("tries a message: asks once, and says which expression decided", async () => {
    const { api } = await runConsole(createSampleSource([]));
    const message = JSON.stringify({
      request: { url: "https://example.com/" },
      until: { success: "body.state == 'done'", pending: "body.state == 'running'" },
    });
    const { status, body } = await api("/api/try", { message });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      verdict: "pending",
      matched: [{ field: expect.stringContaining("pending") }],
    });
    const wrong = message.replace("body.state == 'done'", "body.state ==");
    expect(await api("/api/try", { message: wrong })).toMatchObject({
      status: 422,
      body: { error: { name: "WrongExpressionError", field: "until.success" } },
    });
    const start = JSON.stringify({ start: { url: "https://example.com/" }, until: "http-async" });
    expect(await api("/api/try", { message: start })).toMatchObject({
      status: 422,
      body: { error: { name: "NotAskedError" } },
    });
    expect((await api("/api/try", { message: start, mayStart: true })).status).toBe(200);
  });

  it("lists hundreds of the largest dead letters in a few megabytes", async () => {
    const letters = Array.from({ length: 300 }, (_, index) => ({
      messageId: String(index),
      status: "poison",
      reason: "r".repeat(200_000),
      body: JSON.stringify({ until: { success: "x".repeat(800_000) } }),
      sentAt: new Date().toISOString(),
      receiveCount: 1,
    }));
    const { ask, token } = await runConsole(createSampleSource([], { letters }));
    const { text } = await ask("/api/dead-letters", { headers: { "x-console-token": token } });
    expect(JSON.parse(text).letters).toHaveLength(300);
    expect(text.length).toBeLessThan(8_000_000);
  });

  it("says where a message stops being JSON", async () => {
    const { api } = await runConsole(createSampleSource([]));
    const { body } = await api("/api/validate", { message: '{"request":' });
    expect(body).toMatchObject({ errors: [{ message: expect.stringContaining("column") }] });
  });

  it("redrives chosen dead letters, as they were edited, and none with a wrong edit", async () => {
    const letter = (messageId: string) => ({
      messageId,
      status: "poison",
      reason: "maxRetrys: unknown field",
      body: '{"request":{"url":"https://example.com/"},"maxRetrys":3}',
      sentAt: new Date().toISOString(),
      receiveCount: 1,
    });
    const source = createSampleSource([], { letters: [letter("a"), letter("b")] });
    const { api } = await runConsole(source);
    expect((await api("/api/dead-letters")).body).toMatchObject({
      letters: [{ problems: [{ path: "maxRetrys" }] }, {}],
    });
    const edit = (text: string) => ({ ids: ["a"], edits: { a: text } });
    const wrong = await api("/api/dead-letters/redrive", edit("{}"));
    expect(wrong.status).toBe(422);
    const right = '{"request":{"url":"https://example.com/"},"maxRetries":3}';
    expect((await api("/api/dead-letters/redrive", edit(right))).body).toMatchObject({ moved: 1 });
    expect(source.sent).toEqual([right]);
    expect(source.letters.map(({ messageId }) => messageId)).toEqual(["b"]);
  });

  it("answers JSON only, with every hostile text as it is", async () => {
    const [poll] = samplePolls(1, Date.now());
    if (poll === undefined) throw new Error("no poll");
    const hostile = {
      ...poll,
      origin: HOSTILE,
      waitsFor: HOSTILE,
      lastAnswer: { at: poll.startedAt, kind: "poll" as const, error: HOSTILE, reason: HOSTILE },
    };
    const letters = [
      {
        messageId: HOSTILE,
        status: HOSTILE,
        body: HOSTILE,
        reason: HOSTILE,
        sentAt: poll.startedAt,
        receiveCount: 1,
      },
    ];
    const { ask, token } = await runConsole(createSampleSource([hostile], { letters }));
    const headers = { "x-console-token": token };
    for (const path of [
      "/api/polls",
      "/api/dead-letters",
      `/api/polls/${encodeURIComponent(HOSTILE)}`,
    ]) {
      const answer = await ask(path, { headers });
      expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
      const said = JSON.stringify(JSON.parse(answer.text));
      expect(said).toContain(JSON.stringify(HOSTILE).slice(1, -1));
    }
  });

  it("sends what changes to each open page, once", async () => {
    const source = createSampleSource(samplePolls(20, Date.now()));
    const { api, page, port, token } = await runConsole(source);
    await api("/api/polls");
    const controller = new AbortController();
    const url = `http://127.0.0.1:${port}/api/events?token=${token}`;
    const response = await fetch(url, { signal: controller.signal });
    let said = "";
    const reading = (async () => {
      for await (const chunk of response.body ?? []) said += Buffer.from(chunk).toString();
    })().catch(() => undefined);
    const [poll] = source.polls.values();
    if (poll === undefined) throw new Error("no poll");
    source.polls.set(poll.pollId, { ...poll, state: "failed", retryCount: 999 });
    page.pollsChanged([poll.pollId]);
    await expect.poll(() => said).toContain('"retryCount":999');
    source.polls.delete(poll.pollId);
    await expect.poll(() => said).toContain(`event: gone\ndata: {"pollId":"${poll.pollId}"}`);
    expect(said.match(/"retryCount":999/g)).toHaveLength(1);
    controller.abort();
    await reading;
  });
});
