import { describe, expect, it } from "vitest";
import { runHere } from "../../support/run-here.ts";
import { runCli, serve } from "../../support/running-cli.ts";

describe("a text from a server, a file or an argument", () => {
  const HOSTILE = "\u001b]0;owned\u0007\u001b[2J\u009b31m\u007f\r\u202e\u2066";
  const OBEYED = /(?![\n\t])\p{Cc}|\p{Bidi_Control}/u;

  it.each([
    [["--json"], runCli],
    [[], runHere],
  ])("cannot control the terminal: poll %j", async (options, run) => {
    const origin = await serve((_, response) =>
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ said: HOSTILE, [HOSTILE]: 1 })),
    );
    const { code, stdout, stderr } = await run(["poll", origin, ...options]);
    expect(code).toBe(0);
    expect(stdout + stderr).not.toMatch(OBEYED);
    const body = JSON.parse(stdout.slice(stdout.indexOf("{")));
    const said = options.length === 0 ? body : body.response.body;
    expect(said).toEqual({ said: HOSTILE, [HOSTILE]: 1 });
  });

  it.each([
    ["poll", [`http://127.0.0.1:1/${HOSTILE}`, "--header", HOSTILE]],
    ["poll", ["http://127.0.0.1:1/", "--success", HOSTILE]],
    ["poll", [`--${HOSTILE}`]],
    ["try", ["http://127.0.0.1:1/", "--success", `${HOSTILE} ===`]],
    ["try", ["-"]],
    ["submit", [HOSTILE, "--queue-url", "http://127.0.0.1:1/q"]],
    ["submit", ["-", "--queue-url", "http://127.0.0.1:1/q"]],
    ["local", ["--port", HOSTILE]],
    [HOSTILE, [], runCli],
  ])("cannot control the terminal: %s", async (command, args, run = runHere) => {
    const input = JSON.stringify({ [`${HOSTILE}\nerror: forged`]: 1 });
    const { code, stdout, stderr } = await run([command, ...args], input);
    expect(code).toBe(2);
    expect(stderr).toContain("error: ");
    expect(stdout + stderr).not.toMatch(OBEYED);
    expect(stderr).not.toMatch(/^error: forged/m);
  });
});
