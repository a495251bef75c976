import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { headerLines, headersOf } from "../../../infra/cli/poll/header-lines.ts";
import { UsageError } from "../../../infra/cli/usage-error.ts";

const ENVIRONMENT = { TOKEN: "Bearer s3cret", BARE: "s3cret", EMPTY: "" };
const of = async (...options: string[]) => headersOf(await headerLines([], options), ENVIRONMENT);

it("joins headers with the same name, and cookies in the form of a cookie header", async () => {
  expect(await of("Accept: a/b", "accept: c/d", "Cookie: a=1", "cookie: b=2")).toEqual({
    accept: "a/b, c/d",
    cookie: "a=1; b=2",
  });
});

it("reads a value from the environment", async () => {
  expect(await of("Authorization: env:TOKEN", "X: env:with space", "Y: a env:TOKEN")).toEqual({
    authorization: "Bearer s3cret",
    x: "env:with space",
    y: "a env:TOKEN",
  });
});

it.each(["Bearer", "bearer", "Basic", "Token"])(
  "reads a value after the scheme %s from the environment",
  async (scheme) => {
    expect(await of(`Authorization: ${scheme} env:BARE`)).toEqual({
      authorization: `${scheme} s3cret`,
    });
  },
);

it("reads headers from files first, then from the command line", async () => {
  const folder = await mkdtemp(join(tmpdir(), "headers-"));
  try {
    const file = join(folder, "headers");
    await writeFile(file, "# mine\r\nAuthorization: env:TOKEN\r\n\nX-Time: 12:30\n");
    expect(headersOf(await headerLines([file], ["x-time: 13:00"]), ENVIRONMENT)).toEqual({
      authorization: "Bearer s3cret",
      "x-time": "12:30, 13:00",
    });
    await writeFile(file, "Accept: a/b\ns3cret\n");
    const lines = await headerLines([file], []);
    expect(() => headersOf(lines, {})).toThrow(`${file} line 2 is not of the form 'Name: value'`);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it.each([
  ["no colon", "s3cret", "--header number 1 is not of the form"],
  ["no name", ": s3cret", "--header number 1 is not of the form"],
  ["a variable that is not set", "A: env:NOT_SET", "the environment variable NOT_SET is not set"],
  ["none after a scheme", "A: Bearer env:NOT_SET", "the environment variable NOT_SET is not set"],
  ["a variable that is empty", "A: env:EMPTY", "the environment variable EMPTY is not set"],
])("%s: is bad usage, and the error does not quote it", async (_, line, message) => {
  await expect(of(line)).rejects.toThrow(UsageError);
  await expect(of(line)).rejects.toThrow(message);
  await expect(of(line)).rejects.not.toThrow("s3cret");
});

it("a missing file is bad usage", async () => {
  await expect(headerLines(["/nosuch"], [])).rejects.toThrow(
    "--header-file /nosuch cannot be read",
  );
});
