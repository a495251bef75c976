import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readText } from "../../../infra/cli/read-text.ts";

it("reads UTF-8, also with a byte order mark, and refuses anything else", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "read-text-"));
  const read = async (bytes: Buffer) => {
    const file = join(folder.path, "file");
    await writeFile(file, bytes);
    return readText(file, "--body file");
  };
  expect(await read(Buffer.from("ä€𝄞\r\n"))).toBe("ä€𝄞\r\n");
  expect(await read(Buffer.from("\ufeff{}"))).toBe("{}");
  expect(await read(Buffer.from(`${"x".repeat(65_535)}€`))).toHaveLength(65_536);
  // What PowerShell 5 writes, Latin-1, and a text that is cut within a character.
  for (const bytes of [
    Buffer.from("\ufeff{}", "utf16le"),
    Buffer.from("ä", "latin1"),
    Buffer.from("€").subarray(0, 2),
  ]) {
    await expect(read(bytes)).rejects.toThrow("--body file cannot be read: it is not UTF-8");
  }
  await expect(readText(join(folder.path, "none"), "--body none")).rejects.toThrow("ENOENT");
});
