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

const file = () => new PassThrough() as unknown as WriteStream;

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
  /** Watches a stack that is paused as often as `paused` says, one reading after the other. */
  async function watched(
    output: WriteStream,
    paused: readonly boolean[],
    polls = samplePolls(5, 0),
  ) {
    const controller = new AbortController();
    let shown = "";
    output.on("data", (text) => {
      shown += text;
    });
    const left = [...paused];
    const client = {
      async *list() {
        yield* polls;
      },
      async isPaused() {
        if (left.length === 1) queueMicrotask(() => controller.abort());
        return left.shift() ?? false;
      },
      depths: async () => ({ waiting: 0, inFlight: 0, delayed: 0 }),
    };
    await watchPolls({ name: "the stack", isLocal: true, client }, output, controller.signal);
    return shown;
  }

  it("shows the polls that changed last, of ten thousand", async () => {
    const polls = samplePolls(10_000, Date.now());
    expect(await watched(terminal(), [false], polls)).toContain("10000 polls of the stack");
  });

  it("says that the stack is paused", async () => {
    const said = 'the stack is paused, so that no poll is asked: "request-poller resume" goes on';
    expect(await watched(terminal(), [true])).toContain(said);
    const lines = (await watched(file(), [true, false])).split("\n");
    expect(lines.filter((line) => line.startsWith("the stack"))).toEqual([
      said,
      "the stack goes on",
    ]);
  });
});
