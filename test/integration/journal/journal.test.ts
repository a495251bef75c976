import { fork } from "node:child_process";
import { once } from "node:events";
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod/mini";
import { openJournal } from "../../../infra/local/journal/journal.ts";

const FORMAT = { snapshot: z.array(z.number()), change: z.number(), what: "numbers" };

async function temporaryPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "request-poller-journal-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, "numbers.json");
}

/** Opens a journal of numbers, which is closed after the test. */
async function opened(path: string) {
  const journal = await openJournal(path, FORMAT);
  const numbers = [...(journal.left?.snapshot ?? []), ...(journal.left?.changes ?? [])];
  journal.start(() => numbers);
  let isOpen = true;
  const close = () => {
    if (isOpen) journal.close();
    isOpen = false;
  };
  onTestFinished(close);
  return {
    numbers,
    close,
    append(...changes: number[]) {
      numbers.push(...changes);
      journal.append(changes);
    },
  };
}

describe("a journal", () => {
  it("releases its file, with all that was written, also when it cannot be made smaller", async () => {
    const path = await temporaryPath();
    const journal = await opened(path);
    journal.append(1, 2);
    // As on a full disk: the new file cannot be made.
    await mkdir(`${path}.tmp`);
    expect(() => journal.close()).toThrow(`${path} could not be written: EISDIR`);
    await rm(`${path}.tmp`, { recursive: true });
    expect((await opened(path)).numbers).toEqual([1, 2]);
  });

  it.skipIf(process.platform === "win32")("can be read by its owner only", async () => {
    const path = join(dirname(await temporaryPath()), "new", "folder", "numbers.json");
    const journal = await opened(path);
    journal.append(1);
    const modes = await Promise.all(
      [path, dirname(path), dirname(dirname(path))].map(async (each) => (await stat(each)).mode),
    );
    expect(modes.map((mode) => (mode & 0o777).toString(8))).toEqual(["600", "700", "700"]);
  });

  it("writes each change before it returns", async () => {
    const path = await temporaryPath();
    const journal = await opened(path);
    journal.append(1);
    journal.append(2, 3);
    expect(await readFile(path, "utf8")).toBe("[]\n[1]\n[2,3]\n");
  });

  it("continues where it was closed, and leaves one file", async () => {
    const path = await temporaryPath();
    const first = await opened(path);
    first.append(1, 2);
    first.close();
    expect(await readdir(join(path, ".."))).toEqual(["numbers.json"]);
    expect((await opened(path)).numbers).toEqual([1, 2]);
  });

  it.each(["[4,5", "[4,5]", "[", "\u0000"])("drops an incomplete last line: %s", async (torn) => {
    const path = await temporaryPath();
    await writeFile(path, `[1]\n[2,3]\n${torn}`);
    expect((await opened(path)).numbers).toEqual([1, 2, 3]);
  });

  it.each([
    ["[1", 1],
    ["", 1],
    ['{"numbers":[1]}\n', 1],
    ["[1]\n[2\n[3]\n", 2],
    ['[1]\n[2]\n["3"]\n', 3],
  ])(
    "refuses a file that is damaged elsewhere, or foreign, and does not change it: %j",
    async (text, line) => {
      const path = await temporaryPath();
      await writeFile(path, text);
      await expect(openJournal(path, FORMAT)).rejects.toThrow(
        `${path} is not a complete snapshot of numbers (line ${line})`,
      );
      expect(await readFile(path, "utf8")).toBe(text);
      expect(await readdir(join(path, ".."))).toEqual(["numbers.json"]);
    },
  );

  it("names a file that cannot be read", async () => {
    const path = await temporaryPath();
    await mkdir(path);
    await expect(openJournal(path, FORMAT)).rejects.toThrow(`${path} could not be read: EISDIR`);
  });

  it("is rewritten when its changes are larger than its snapshot", async () => {
    const path = await temporaryPath();
    const journal = await opened(path);
    const many = Array.from({ length: 10_000 }, (_, n) => 1_000_000_000_000 + n);
    let size = 0;
    let hasShrunk = false;
    while (!hasShrunk) {
      journal.append(...many);
      journal.numbers.length = 0;
      const { length } = await readFile(path);
      hasShrunk = length < size;
      size = length;
    }
    journal.append(7);
    journal.close();
    expect((await opened(path)).numbers).toEqual([7]);
  });

  it("refuses a second user, and names the first one's process id", async () => {
    const path = await temporaryPath();
    const first = await opened(path);
    await expect(openJournal(path, FORMAT)).rejects.toThrow(
      `${path} is in use by process ${process.pid}`,
    );
    first.close();
    await opened(path);
  });

  it.each(["999999999 1", `${process.pid} 1`, "not a lock", ""])(
    "takes over the lock of a dead process: '%s'",
    async (lock) => {
      const path = await temporaryPath();
      await writeFile(`${path}.lock`, lock);
      await opened(path);
    },
  );

  it("lets one of many users take over a stale lock", async () => {
    const path = await temporaryPath();
    await writeFile(`${path}.lock`, "999999999 1");
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => openJournal(path, FORMAT)),
    );
    const journals = results.flatMap((result) =>
      result.status === "fulfilled" ? [result.value] : [],
    );
    expect(journals).toHaveLength(1);
    for (const journal of journals) journal.close();
  });

  it("creates missing folders", async () => {
    const path = await temporaryPath();
    await opened(join(path, "..", "a", "b", "numbers.json"));
  });

  it("names a folder that it cannot write to", async () => {
    const path = await temporaryPath();
    await writeFile(path, "[]");
    for (const folder of [path, join(path, "deeper"), "/proc/none"]) {
      await expect(openJournal(join(folder, "numbers.json"), FORMAT)).rejects.toThrow(
        `The data directory ${folder} cannot be written`,
      );
    }
  });
});

it("keeps every confirmed change when its process is killed repeatedly", async () => {
  const path = await temporaryPath();
  let told = 0;
  for (let round = 0; round < 5; round++) {
    const child = fork(join(import.meta.dirname, "append-until-killed.ts"), [path]);
    const until = told + 50;
    child.on("message", (message: unknown) => {
      told = Math.max(told, Number(message));
      if (told >= until) child.kill("SIGKILL");
    });
    await once(child, "exit");
    expect(told).toBeGreaterThanOrEqual(until);
    if (round % 2 === 1) await appendFile(path, "[1,");
    const journal = await opened(path);
    expect(journal.numbers).toEqual(journal.numbers.map((_, n) => n + 1));
    expect(journal.numbers.length).toBeGreaterThanOrEqual(told);
    journal.close();
  }
});
