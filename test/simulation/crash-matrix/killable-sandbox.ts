import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { SQSEvent } from "aws-lambda";
import { LOOPBACK_ONLY } from "../../support/loopback-only-env.ts";
import { whenAt } from "./crash-cell.ts";
import type { CrashWorld } from "./crash-world.ts";
import type { Point } from "./points.ts";

/** Runs a batch in a process of its own, and kills that by SIGKILL when it comes by a point. */
export async function killedAt(
  point: Point,
  cell: string,
  event: SQSEvent,
  world: CrashWorld,
): Promise<void> {
  const child = fork(join(import.meta.dirname, "sandbox.ts"), {
    env: { ...LOOPBACK_ONLY, ...world.environment, PATH: process.env.PATH },
    execArgv: [],
  });
  const ended = once(child, "exit");
  const kill = () => {
    child.kill("SIGKILL");
    return "hang" as const;
  };
  world.atPoint = whenAt(point, cell, kill).atPoint;
  child.on("message", (reached) => {
    if (reached === point) kill();
    else if (reached === "started") child.send({ event });
    else if (reached === "received") child.send({ go: true });
    // It came to its end without coming by the point: the cell tests nothing.
    else child.kill("SIGTERM");
  });
  const [, signal] = await ended;
  if (signal !== "SIGKILL") throw new Error(`the sandbox ended by ${signal}, not at "${point}"`);
}
