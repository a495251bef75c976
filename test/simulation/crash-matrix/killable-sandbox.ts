import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { SQSEvent } from "aws-lambda";
import { CHILD_ENVIRONMENT } from "../../support/child-environment.ts";
import { whenAt } from "./crash-cell.ts";
import type { CrashWorld } from "./crash-world.ts";
import type { Point } from "./points.ts";

/**
 * Runs a batch in a separate process, and kills that with SIGKILL when it reaches a point.
 *
 * @param before runs at a point of a call, before the process is killed. `@default` nothing
 */
export async function killedAt(
  point: Point,
  cell: string,
  event: SQSEvent,
  world: CrashWorld,
  before: () => Promise<void> = async () => undefined,
): Promise<void> {
  const child = fork(join(import.meta.dirname, "sandbox.ts"), {
    env: { ...CHILD_ENVIRONMENT, ...world.environment, PATH: process.env.PATH },
    execArgv: [],
  });
  const ended = once(child, "exit");
  const kill = () => {
    child.kill("SIGKILL");
    return "hang" as const;
  };
  const atCall = async () => {
    await before();
    return kill();
  };
  world.atPoint = whenAt(point, cell, atCall).atPoint;
  child.on("message", (reached) => {
    if (reached === point) kill();
    else if (reached === "started") child.send({ event });
    else if (reached === "received") child.send({ go: true });
    // The batch ended without passing the point: this cell tests nothing.
    else child.kill("SIGTERM");
  });
  const [, signal] = await ended;
  if (signal !== "SIGKILL") throw new Error(`the sandbox ended with ${signal}, not at "${point}"`);
}
