import { expect, it } from "vitest";
import { DEMO_JOBS } from "../../../infra/cli/demo/jobs.ts";
import { runCli } from "../../support/running-cli.ts";

it("npm start shows every way in which a poll can end, and what to try next", {
  timeout: 60_000,
}, async () => {
  const { code, stdout, stderr } = await runCli(["start"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("error") });
  const table = stdout.slice(stdout.indexOf("POLL  "));
  for (const { name, shows, endsAs } of DEMO_JOBS) {
    expect(table).toMatch(new RegExp(`^${name} +${shows} +${endsAs} +\\d`, "m"));
  }
  expect(table).toMatch(/^typo .* dead letter\n {4}maxRetrys: unknown field/m);
  expect(table).toMatch(/^ {2}npx request-poller poll http/m);
  expect(stdout).toMatch(/^ *\d+\.\d s {2}video {2}waiting {2}retry 1 {2}next poll/m);
  expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}\n/);
  expect(stdout).toMatch(/^13 polls of a job API on this machine/m);
  expect(stdout).toMatch(/video {2}waiting .* 202, Retry-After 4 s$/m);
  expect(stdout).toMatch(/render {2}waiting .* 202, started$/m);
  expect(stdout).toMatch(/migration {2}waiting .* 202, moves to \/3$/m);
  expect(stdout).toMatch(/batch {2}waiting .* 200, fetches the result$/m);
  expect(table).toMatch(/^batch .*\n {4}\{"answers":50\}$/m);
  expect(stdout).toMatch(/unreachable {2}waiting .* no answer from host$/m);
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  // Without a terminal there are no colours, and no line is redrawn.
  expect(stdout).not.toContain("\u001b");
});
