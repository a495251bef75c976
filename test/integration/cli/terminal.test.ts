import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { atTheEnd } from "../../support/at-the-end.ts";
import { CHILD_ENVIRONMENT } from "../../support/child-environment.ts";

const MAIN = join(import.meta.dirname, "../../../infra/cli/main.ts");
const CLI = `"${process.execPath}" "${MAIN}"`;
/** Of util-linux: runs a command on a pseudo-terminal. */
const SCRIPT = "/usr/bin/script";
const QUEUE = "http://127.0.0.1:1/000000000000/polls";

function onTerminal(command: string, TERM: string) {
  const sized = `stty rows 24 cols 80; ${command}`;
  const child: ChildProcess = spawn(SCRIPT, ["-qec", sized, "/dev/null"], {
    env: { ...CHILD_ENVIRONMENT, PATH: process.env.PATH, TERM, AWS_MAX_ATTEMPTS: "1" },
  });
  atTheEnd(() => void child.kill("SIGKILL"));
  let shown = "";
  child.stdout?.on("data", (chunk) => {
    shown += chunk;
  });
  return { shown: () => shown, ended: once(child, "close") };
}

describe.skipIf(process.platform !== "linux" || !existsSync(SCRIPT))("on a terminal", () => {
  it("moves no cursor where the terminal cannot", async () => {
    const submit = `echo '{"request":{"url":"http://127.0.0.1/"}}' | ${CLI} submit - --queue-url ${QUEUE}`;
    const usual = onTerminal(submit, "xterm");
    await usual.ended;
    expect(usual.shown()).toContain("\u001b[");
    const dumb = onTerminal(`NO_COLOR=1; export NO_COLOR; ${submit}`, "dumb");
    await dumb.ended;
    expect(dumb.shown()).toContain("0 of 1 messages sent");
    expect(dumb.shown()).not.toContain("\u001b");
  }, 60_000);
});
