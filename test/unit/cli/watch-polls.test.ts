import { PassThrough } from "node:stream";
import type { WriteStream } from "node:tty";
import { describe, expect, it } from "vitest";
import { createProgressDisplay } from "../../../infra/cli/terminal/progress-display.ts";
import { watchPolls } from "../../../infra/cli/watch/watch-polls.ts";
import { samplePolls } from "../../browser/sample-polls.ts";

const terminal = () =>
  Object.assign(new PassThrough(), {
    isTTY: true,
    rows: 24,
    columns: 80,
  }) as unknown as WriteStream;

describe("progress on a terminal", () => {
  it("is not drawn once per event", () => {
    let frames = 0;
    const display = createProgressDisplay(terminal(), () => [`frame ${++frames}`]);
    for (let n = 0; n < 10_000; n++) display.happened(`event ${n}`);
    display.end();
    expect(frames).toBeLessThan(10);
  });

  it("shows the last frame at its end", () => {
    const output = terminal();
    let count = 0;
    const display = createProgressDisplay(output, () => [`${count} sent`]);
    count = 7;
    display.end();
    expect(String(output.read())).toContain("7 sent");
  });
});

describe("a table of polls that is watched", () => {
  it("shows the polls that changed last, of ten thousand", async () => {
    const polls = samplePolls(10_000, Date.now());
    const controller = new AbortController();
    const output = terminal();
    let shown = "";
    output.on("data", (text) => {
      shown += text;
    });
    const client = {
      async *list() {
        yield* polls;
      },
      async depths() {
        queueMicrotask(() => controller.abort());
        return { waiting: 0, inFlight: 0, delayed: 0 };
      },
    };
    await watchPolls({ name: "the stack", isLocal: true, client }, output, controller.signal);
    expect(shown).toContain("10000 polls of the stack");
  });
});
