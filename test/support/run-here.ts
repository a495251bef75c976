import { Readable } from "node:stream";
import { format } from "node:util";
import pLimit from "p-limit";
import { vi } from "vitest";
import { run } from "../../infra/cli/run.ts";
import { guardOutput } from "../../infra/cli/terminal/output.ts";
import { CHILD_ENVIRONMENT } from "./child-environment.ts";
import type { Ended } from "./running-cli.ts";

const STREAMS = ["stdout", "stderr"] as const;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** A process has one input, one output and one environment: its commands run one after the other. */
const oneByOne = pLimit(1);

/**
 * Runs a command to its end as `runCli` does, but within this process: to start one takes most of the time of most
 * commands. That a command ends by itself, or at a signal, or what a program that it starts reads from the input, only
 * `runCli` and `startCli` show.
 */
export function runHere(
  args: readonly string[],
  input = "",
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return oneByOne(async () => {
    using world = new DisposableStack();
    const written = { stdout: "", stderr: "" };
    for (const name of STREAMS) {
      const stream = process[name];
      const taken = vi.spyOn(stream, "write").mockImplementation((text, ...rest) => {
        written[name] += String(text);
        for (const done of rest) if (typeof done === "function") done();
        return true;
      });
      world.defer(() => taken.mockRestore());
      guardOutput(stream);
    }
    for (const [name, method] of [
      ["stdout", "log"],
      ["stderr", "error"],
    ] as const) {
      const printed = vi.spyOn(console, method).mockImplementation((...texts) => {
        process[name].write(`${format(...texts)}\n`);
      });
      world.defer(() => printed.mockRestore());
    }
    replace(world, "stdin", Readable.from([Buffer.from(input)]));
    replace(world, "env", {
      ...CHILD_ENVIRONMENT,
      PATH: process.env.PATH,
      AWS_EC2_METADATA_DISABLED: "true",
      ...environment,
    });
    const { exitCode } = process;
    world.defer(() => {
      process.exitCode = exitCode;
    });
    for (const signal of SIGNALS) {
      const before = new Set(process.listeners(signal));
      world.defer(() => {
        for (const listener of process.listeners(signal)) {
          if (!before.has(listener)) process.off(signal, listener);
        }
      });
    }
    return { code: await run(args), ...written };
  });
}

function replace(world: DisposableStack, name: "stdin" | "env", value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(process, name);
  Object.defineProperty(process, name, { value, configurable: true, writable: true });
  world.defer(() => {
    if (before !== undefined) Object.defineProperty(process, name, before);
  });
}
