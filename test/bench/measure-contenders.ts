import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { type LocalQueues, startLocalQueues } from "../support/local-queues.ts";
import { type LocalTable, startLocalTable } from "../support/local-table.ts";
import type { Bundle } from "./bundle-contenders.ts";
import { atPartOfCpu } from "./duty-cycle.ts";
import type { BatchFigures, Task } from "./measure-batches.ts";
import { type Spread, spreadOf } from "./spread.ts";

interface Contender {
  readonly name: string;
  readonly bundle: Bundle;
  readonly hasTable?: true;
  /** A loop over the records takes a hundred times as long as the others, so it is measured once. */
  readonly isSlow?: true;
}

/** All others are compared with the first one. */
const CONTENDERS: readonly Contender[] = [
  { name: "bare GET", bundle: "bareGet" },
  { name: "bare GET and SendMessageBatch", bundle: "bareRequeue" },
  { name: "this stack", bundle: "poller" },
  { name: "this stack, with the fence", bundle: "poller", hasTable: true },
  { name: "bare UpdateItem, no request", bundle: "bareUpdate", hasTable: true },
  { name: "Powertools batch", bundle: "powertools" },
  { name: "naive loop", bundle: "naive", isSlow: true },
];

/** The measurements of one contender. Only ratios between them are comparable with other machines. */
export interface ContenderFigures {
  readonly name: string;
  /** The time per batch, in ms. */
  readonly wallMs: Spread;
  /** The time per batch with 0.3 of a CPU, in ms; absent for a slow contender. */
  readonly wallMsAtPartOfCpu?: Spread;
  /** The CPU time per record, in ms. */
  readonly cpuMs: Spread;
  /** The CPU time per record, relative to that of the first contender in the same round. */
  readonly cpuRatio: Spread;
  readonly sqsCallsPerBatch: number;
  readonly peakMegabytes: number;
}

/** How much is measured. */
export interface Load {
  readonly rounds: number;
  readonly recordsPerBatch: number;
  /** After how long the server answers. */
  readonly latencyMs: number;
}

const BATCHES_PER_ROUND = 5;

/** V8 compiles what has run often: a sandbox, which lives for hours, is measured once it is warm. */
const BATCHES_BEFORE = 15;

/** Measures the contenders in turns, several times, so that the machine is the same for all. */
export async function measureContenders(
  bundles: Readonly<Record<Bundle, string>>,
  load: Load,
): Promise<ContenderFigures[]> {
  const server = await startPendingJob(load.latencyMs);
  const queues = await startLocalQueues();
  const table = await startLocalTable();
  const { port } = server.address() as AddressInfo;
  const running = CONTENDERS.map((contender) => {
    const task = { bundle: bundles[contender.bundle], url: `http://127.0.0.1:${port}/` };
    return new RunningContender(contender, task, queues, table);
  });
  try {
    for (let round = 0; round < load.rounds; round++) {
      for (const contender of running) await contender.measure(round, load);
    }
    const [first] = running;
    return first === undefined ? [] : running.map((each) => each.figuresBeside(first));
  } finally {
    for (const contender of running) contender.stop();
    await table.close();
    await queues.close();
    server.closeAllConnections();
    server.close();
  }
}

/** Longer than any round: a contender finds its connections open when its next turn comes. */
const KEEP_ALIVE_MS = 600_000;

async function startPendingJob(latencyMs: number): Promise<http.Server> {
  const server = http.createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, async (_, response) => {
    await after(latencyMs);
    response.writeHead(202, { "content-type": "application/json" }).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

type Measured = BatchFigures & { readonly sqsCalls: number };

/** A contender in a process of its own, which keeps its connections between rounds, like a warm sandbox. */
class RunningContender {
  readonly #contender: Contender;
  readonly #task: Pick<Task, "bundle" | "url">;
  readonly #queues: LocalQueues;
  readonly #child: ChildProcess;
  /** Rejects when the process ends. */
  readonly #ended: Promise<never>;
  readonly #rounds: Measured[] = [];
  readonly #roundsAtPartOfCpu: Measured[] = [];

  constructor(
    contender: Contender,
    task: Pick<Task, "bundle" | "url">,
    queues: LocalQueues,
    table: LocalTable,
  ) {
    this.#contender = contender;
    this.#task = task;
    this.#queues = queues;
    this.#child = fork(join(import.meta.dirname, "measure-batches.ts"), {
      env: {
        QUEUE_URL: queues.queueUrl,
        AWS_ENDPOINT_URL_SQS: new URL(queues.queueUrl).origin,
        AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
        POLL_ALLOW_PRIVATE: "true",
        LOG_LEVEL: "SILENT",
        ...(contender.hasTable && { TABLE_NAME: table.tableName }),
      },
    });
    this.#ended = once(this.#child, "exit").then(() => {
      throw new Error(`${contender.name} ended before it was measured`);
    });
    this.#ended.catch(() => undefined);
  }

  async measure(round: number, { recordsPerBatch }: Load): Promise<void> {
    const { isSlow } = this.#contender;
    if (isSlow && round > 0) return;
    if (round === 0) {
      await this.#run(
        isSlow
          ? { batches: 1, recordsPerBatch: Math.min(10, recordsPerBatch) }
          : { batches: BATCHES_BEFORE, recordsPerBatch },
      );
    }
    const batches = isSlow ? 1 : BATCHES_PER_ROUND;
    this.#rounds.push(await this.#run({ batches, recordsPerBatch }));
    const { pid } = this.#child;
    if (isSlow || pid === undefined) return;
    const part = () => this.#run({ batches, recordsPerBatch });
    this.#roundsAtPartOfCpu.push(await atPartOfCpu(pid, part));
  }

  async #run(load: Pick<Task, "batches" | "recordsPerBatch">): Promise<Measured> {
    this.#queues.calls = [];
    this.#child.send({ ...this.#task, ...load } satisfies Task);
    const answer = once(this.#child, "message");
    const [figures] = (await Promise.race([answer, this.#ended])) as [BatchFigures];
    return { ...figures, sqsCalls: this.#queues.calls.length / load.batches };
  }

  figuresBeside(first: RunningContender): ContenderFigures {
    const rounds = this.#rounds;
    const part = this.#roundsAtPartOfCpu.map(({ wallMs }) => wallMs);
    const ratio = ({ cpuMs }: Measured, round: number) =>
      cpuMs / (first.#rounds[round]?.cpuMs ?? Number.NaN);
    return {
      name: this.#contender.name,
      wallMs: spreadOf(rounds.map(({ wallMs }) => wallMs)),
      ...(part.length > 0 && { wallMsAtPartOfCpu: spreadOf(part) }),
      cpuMs: spreadOf(rounds.map(({ cpuMs }) => cpuMs)),
      cpuRatio: spreadOf(rounds.map(ratio)),
      sqsCallsPerBatch: spreadOf(rounds.map(({ sqsCalls }) => sqsCalls)).median,
      peakMegabytes: Math.max(...rounds.map(({ peakMegabytes }) => peakMegabytes)),
    };
  }

  stop(): void {
    this.#child.kill();
  }
}
