import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { templateSettings } from "../../../infra/cli/local/template-settings.ts";

const SECRET = "a-value-that-nobody-may-see";

async function settingsOf(text: string, parameter: readonly string[] = []) {
  await using folder = await mkdtempDisposable(join(tmpdir(), "secrets-"));
  const file = join(folder.path, "secrets.json");
  await writeFile(file, text);
  return await templateSettings({ secrets: file, parameter });
}

it("lets messages name the secrets of the file, unless AllowSecrets says otherwise", async () => {
  const text = JSON.stringify({ "ssm:/a": { value: SECRET }, "secretsmanager:b": {} });
  expect(await settingsOf(text)).toEqual({
    parameters: { History: "answers", AllowSecrets: "ssm:/a,secretsmanager:b" },
    secrets: { "ssm:/a": JSON.stringify({ value: SECRET }), "secretsmanager:b": "{}" },
  });
  const given = await settingsOf(text, ["AllowSecrets=ssm:/a", "History=claims"]);
  expect(given.parameters).toEqual({ AllowSecrets: "ssm:/a", History: "claims" });
  expect(await templateSettings({})).toEqual({ parameters: { History: "answers" }, secrets: {} });
});

it.each([
  [`{ "ssm:/a": ${SECRET} }`, /is not JSON: /],
  ["[]", /must be a JSON object$/],
  [`{ "${SECRET}": {} }`, /each name must be secretsmanager:NAME or ssm:\/name, without #key$/],
  ['{ "ssm:/a#key": {} }', /without #key$/],
  [`{ "ssm:/a": "${SECRET}" }`, /ssm:\/a: must be an object, like \{ "origins"/],
])("refuses a file of %s, without its values", async (text, problem) => {
  const refused = await settingsOf(text).catch((error: Error) => error);
  expect(refused).toMatchObject({
    name: "UsageError",
    message: expect.stringMatching(problem),
  });
  expect(String(refused)).not.toContain(SECRET);
});

it("refuses a file that is not there, and a parameter that the template refuses", async () => {
  await expect(templateSettings({ secrets: "/no/such/file" })).rejects.toThrow("cannot be read");
  await expect(templateSettings({ parameter: ["AllowSecret=x"] })).rejects.toThrow(
    "did you mean AllowSecrets?",
  );
  const queue = "ExistingPollQueueArn=arn:aws:sqs:us-east-1:123456789012:theirs";
  await expect(templateSettings({ parameter: [queue] })).rejects.toThrow("only queues of its own");
});
