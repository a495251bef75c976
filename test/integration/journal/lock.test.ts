import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { takeLock } from "../../../infra/local/journal/lock.ts";
import { startSqsServer } from "../../../infra/local/sqs/server.ts";

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "request-poller-lock-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

const temporaryPath = async () => join(await temporaryFolder(), "numbers.json");

it("holds against processes that do not see its process", async () => {
  const path = await temporaryPath();
  const lock = await takeLock(path, "one");
  await expect(takeLock(path, "other")).rejects.toThrow(
    `${path} is in use by process ${process.pid} of another container or machine`,
  );
  lock.release();
  (await takeLock(path, "other")).release();
});

it("is taken over from a process that is not seen and shows no life", async () => {
  const path = await temporaryPath();
  await writeFile(`${path}.lock`, "1 1 gone");
  const aMinuteAgo = Date.now() / 1000 - 60;
  await utimes(`${path}.lock`, aMinuteAgo, aMinuteAgo);
  const lock = await takeLock(path, "here");
  lock.check();
  lock.release();
});

it("is lost when another process has taken it over, and is left to that one", async () => {
  const path = await temporaryPath();
  const lock = await takeLock(path, "one");
  await writeFile(`${path}.lock`, "1 1 other");
  await vi.waitFor(() => expect(() => lock.check()).toThrow(/has taken it over/), 10_000);
  lock.release();
  expect(await readFile(`${path}.lock`, "utf8")).toBe("1 1 other");
});

const OWN_PROCESSES = ["--user", "--map-root-user", "--pid", "--fork", "--mount-proc"];
const canSeparate = spawnSync("unshare", [...OWN_PROCESSES, "true"]).status === 0;

it.runIf(canSeparate)(
  "holds between containers that share a folder",
  async () => {
    const folder = await temporaryFolder();
    const container = fork(join(import.meta.dirname, "serve-until-killed.ts"), [folder], {
      execPath: "unshare",
      execArgv: [...OWN_PROCESSES, "--kill-child", process.execPath],
    });
    onTestFinished(() => void container.kill("SIGKILL"));
    await once(container, "message");
    expect(await readFile(join(folder, "queues.json.lock"), "utf8")).toMatch(/^1 /);
    await expect(startSqsServer({ dataDir: folder })).rejects.toThrow(
      "is in use by process 1 of another container or machine",
    );
    container.kill("SIGKILL");
    await once(container, "exit");
    await (await startSqsServer({ dataDir: folder })).close();
  },
  60_000,
);
