import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { parseTemplateYaml } from "../../../infra/local/template/parse-yaml.ts";
import { createLogger } from "../../../lib/log/logger.ts";
import { pollerInMemory } from "../../support/poller-in-memory.ts";

const TEMPLATE = readFileSync(new URL("../../../infra/template.yaml", import.meta.url), "utf8");

interface Resource {
  readonly Type: string;
  readonly Properties: { readonly QueryString: string; readonly LogGroupNames: unknown };
}

const { Resources } = JSON.parse(JSON.stringify(parseTemplateYaml(TEMPLATE)));
const QUERIES = Object.entries<Resource>(Resources)
  .filter(([, { Type }]) => Type === "AWS::Logs::QueryDefinition")
  .map(([logicalId, { Properties }]) => ({ logicalId, ...Properties }));

/** The words of the language (CloudWatch Logs Insights query syntax) that these queries use, functions left out. */
const WORDS = /^(?:filter|stats|sort|display|limit|by|as|and|or|asc|desc)$/;

/** The fields that a query reads, without Insights' own (`@timestamp`) and those that it makes (`as polls`). */
function fieldsIn(query: string): string[] {
  const text = query.replace(/"[^"]*"/g, "");
  const made = new Set([...text.matchAll(/\bas (\w+)/g)].map(([, name]) => name));
  const names = [...text.matchAll(/(?<![@\w.])[A-Za-z][\w.]*(?!\w*\()/g)].map(([name]) => name);
  return [...new Set(names)].filter((name) => !WORDS.test(name) && !made.has(name));
}

/** The values that a query's filter compares a field with. */
const valuesOf = (query: string, field: string) =>
  [...query.matchAll(new RegExp(`\\b${field} = "([^"]*)"`, "g"))].map(([, value]) => value);

/** A member of a line, by a name that Insights gives it: `error.name`. */
const at = (line: unknown, field: string): unknown =>
  field
    .split(".")
    .reduce<unknown>(
      (value, name) => (value instanceof Object ? Reflect.get(value, name) : undefined),
      line,
    );

const written: string[] = [];
const lines = () => written.map((line): Record<string, unknown> => JSON.parse(line));

/** Lets polls end in every way, among them one whose outcome SQS refuses at first. */
beforeAll(async () => {
  const logger = createLogger("INFO", (line) => written.push(line));
  const { polls, outcomes, stack } = pollerInMemory(async ({ url }) => {
    const status = url.includes("/gone") ? 404 : url.includes("/busy") ? 202 : 200;
    return { kind: "response", response: { status, headers: {}, body: "{}", isJson: true } };
  }, logger);
  const request = (path: string) => ({ url: `https://api.example:8443${path}?key=MARKER` });
  for (let n = 0; n < 40; n++) {
    await polls.send({ pollId: `busy-${n}`, request: request("/busy"), maxRetries: 2 });
  }
  await polls.send({ pollId: "done", request: request("/done"), context: "MARKER" });
  await polls.send({ pollId: "gone", request: request("/gone") });
  await polls.send({
    pollId: "broken",
    request: request("/done"),
    until: { success: "abs(`{}`)" },
  });
  await polls.send({ pollId: "wrong", request: request("/done"), retrys: 7, retryCount: 0 });
  outcomes.failCalls(1);

  await stack.advance("2h");
});

describe("the saved queries", () => {
  it.each(QUERIES)("$logicalId reads fields of lines that the poller writes", (query) => {
    const { QueryString, LogGroupNames } = query;
    expect(LogGroupNames).toEqual([{ Ref: "PollerLogGroup" }]);
    const [messages, levels] = [valuesOf(QueryString, "message"), valuesOf(QueryString, "level")];
    const picked = lines().filter(
      ({ message, level, pollId }) =>
        (messages.length === 0 || messages.includes(String(message))) &&
        (levels.length === 0 || levels.includes(String(level))) &&
        (!/filter pollId/.test(QueryString) || pollId !== undefined),
    );
    expect(picked.length).toBeGreaterThan(0);
    const fields = fieldsIn(QueryString);
    expect(fields.length).toBeGreaterThan(0);
    for (const field of fields) {
      const hasIt = picked.some((line) => at(line, field) !== undefined);
      expect(hasIt, `${field} in a line of ${query.logicalId}`).toBe(true);
    }
  });
});

describe("the lines", () => {
  it("tell the end of each poll once, with nothing of its path, query or context", () => {
    const ended = lines().filter(({ message }) => message === "poll ended");
    expect(ended.map(({ pollId }) => pollId).sort()).toEqual(
      ["broken", "done", "gone", ...Array.from({ length: 40 }, (_, n) => `busy-${n}`)].sort(),
    );
    const ofDone = ended.find(({ pollId }) => pollId === "done");
    const origin = "https://api.example:8443";
    expect(ofDone).toMatchObject({ level: "INFO", status: "succeeded", retryCount: 0, origin });
    expect(ended.find(({ pollId }) => pollId === "gone")).toMatchObject({
      status: "failed",
      httpStatus: 404,
    });
    expect(ended.find(({ pollId }) => pollId === "busy-0")).toMatchObject({
      status: "exhausted",
      retryCount: 2,
    });
    expect(written.join("")).not.toMatch(/MARKER|\/busy|\/gone|\/done/);
  });

  it("show each step of some polls, and no step of the others", () => {
    const steps = lines().filter(({ message }) => message === "poll pending");
    const polls = new Set(steps.map(({ pollId }) => pollId));
    expect(polls.size).toBeGreaterThan(0);
    expect(polls.size).toBeLessThan(20);
    expect(steps).toHaveLength(2 * polls.size);
  });
});
