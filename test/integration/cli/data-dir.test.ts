import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runHere } from "../../support/run-here.ts";
import { runCli, serve, startCli } from "../../support/running-cli.ts";

async function startLocal(dataDir: string) {
  const cli = startCli(["local", "--port", "0", "--data-dir", dataDir]);
  const [, port = ""] = await cli.printed(/^SQS endpoint +http:\S+:(\d+)$/m);
  await cli.printed(/Running until/);
  return { cli, run: (args: string[], input = "") => runHere([...args, "--port", port], input) };
}

it("keeps polls, and that the stack is paused, over a restart; a second process is refused", async () => {
  await using data = await mkdtempDisposable(join(tmpdir(), "local-data-dir-"));
  const origin = await serve((_, response) => response.end("done"));
  const first = await startLocal(data.path);
  const refused = await runCli(["local", "--port", "0", "--data-dir", data.path]);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain(`is in use by process ${first.cli.process.pid}: stop it`);
  expect(await first.run(["pause"])).toMatchObject({ code: 0 });
  const message = JSON.stringify({ pollId: "kept", request: { url: origin } });
  expect(await first.run(["submit", "-"], message)).toMatchObject({ code: 0 });
  // Even a process that is killed keeps what it has confirmed.
  first.cli.process.kill("SIGKILL");
  await first.cli.ended;

  const second = await startLocal(data.path);
  expect(await second.run(["list"])).toMatchObject({
    stderr: expect.stringMatching(
      /^0 polls in .*; 1 more in its queue, not asked yet\n.* is paused/,
    ),
  });
  expect((await second.run(["status", "kept"])).stderr).toContain("is paused");
  expect(await second.run(["resume"])).toMatchObject({ code: 0 });
  await expect
    .poll(async () => (await second.run(["list"])).stdout, { timeout: 60_000 })
    .toMatch(/^kept +succeeded/m);
  second.cli.process.kill("SIGINT");
  expect(await second.cli.ended).toMatchObject({ code: 0 });
}, 180_000);

it("refuses at once a folder that cannot be written", async () => {
  await using data = await mkdtempDisposable(join(tmpdir(), "local-data-dir-"));
  const file = join(data.path, "file");
  await writeFile(file, "");
  expect(await runHere(["local", "--port", "0", "--data-dir", join(file, "folder")])).toEqual({
    code: 1,
    stdout: "",
    stderr: `error: The data directory ${join(file, "folder")} cannot be written (ENOTDIR): choose another one.\n`,
  });
}, 60_000);
