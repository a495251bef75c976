import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { type Machine, takeLock } from "../../../infra/local/journal/lock.ts";
import { startSqsServer } from "../../../infra/local/sqs/server.ts";

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "request-poller-lock-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** The process ids of this process, seen from another place: each process has its own start, unless it is given. */
const seenFrom = (place: string, given: Partial<Machine> = {}): Machine => ({
  place,
  startOf: (pid) => `start-of-${pid}`,
  now: Date.now,
  ...given,
});

const temporaryPath = async () => join(await temporaryFolder(), "numbers.json");

it("holds against processes that do not see its process", async () => {
  const path = await temporaryPath();
  const lock = await takeLock(path, seenFrom("one"));
  await expect(takeLock(path, seenFrom("other"))).rejects.toThrow(
    `${path} is in use by process ${process.pid} of another container or machine`,
  );
  lock.release();
  (await takeLock(path, seenFrom("other"))).release();
});

it("is taken over from a process that is not seen and shows no life", async () => {
  const path = await temporaryPath();
  await writeFile(`${path}.lock`, "1 1 gone");
  const aMinuteAgo = Date.now() / 1000 - 60;
  await utimes(`${path}.lock`, aMinuteAgo, aMinuteAgo);
  const lock = await takeLock(path, seenFrom("here"));
  lock.check();
  lock.release();
});

it("is lost when another process has taken it over, and is left to that one", async () => {
  const path = await temporaryPath();
  const lock = await takeLock(path, seenFrom("one"));
  await writeFile(`${path}.lock`, "1 1 other");
  await vi.waitFor(() => expect(() => lock.check()).toThrow(/has taken it over/), 10_000);
  lock.release();
  expect(await readFile(`${path}.lock`, "utf8")).toBe("1 1 other");
});

it("is lost when its file is gone: another process may have taken it over, and ended", async () => {
  const path = await temporaryPath();
  const lock = await takeLock(path, seenFrom("one"));
  await rm(`${path}.lock`);
  await vi.waitFor(() => expect(() => lock.check()).toThrow(/has taken it over/), 10_000);
});

it("is lost at the first check after this process stood still, when its file is gone", async () => {
  const path = await temporaryPath();
  let sleptMs = 0;
  const lock = await takeLock(path, seenFrom("one", { now: () => Date.now() + sleptMs }));
  sleptMs = 14_000;
  lock.check();
  rmSync(`${path}.lock`);
  sleptMs += 14_000;
  expect(() => lock.check()).toThrow(/has taken it over/);
});

it("holds against a process whose clock jumps while it watches", async () => {
  const path = await temporaryPath();
  const lock = await takeLock(path, seenFrom("one"));
  let jumpedMs = 0;
  const now = () => {
    jumpedMs += 3_600_000;
    return Date.now() + jumpedMs;
  };
  await expect(takeLock(path, seenFrom("other", { now }))).rejects.toThrow("is in use by");
  lock.release();
});

it("depends on signs of life where the system does not say when a process was started", async () => {
  const path = await temporaryPath();
  const noProc = seenFrom("unknown", { startOf: () => "unknown" });
  await writeFile(`${path}.lock`, `${process.ppid} unknown unknown`);
  const aMinuteAgo = Date.now() / 1000 - 60;
  await utimes(`${path}.lock`, aMinuteAgo, aMinuteAgo);
  const lock = await takeLock(path, noProc);
  await expect(takeLock(path, noProc)).rejects.toThrow(`is in use by process ${process.pid}:`);
  lock.release();
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
