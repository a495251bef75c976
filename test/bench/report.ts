import type { BenchFigures } from "./main.ts";
import type { ContenderFigures } from "./measure-contenders.ts";
import type { Spread } from "./spread.ts";

/** The figures of a run as text: a table of the contenders, and the cold starts. */
export function report({ load, contenders, guard, coldStart }: BenchFigures): string {
  const { rounds, recordsPerBatch, latencyMs } = load;
  const inRequests = (wallMs: Spread | undefined) =>
    wallMs === undefined ? "" : shown(wallMs, (ms) => (ms / latencyMs).toFixed(2));
  const rows = contenders.map((of: ContenderFigures) => ({
    contender: of.name,
    "time per batch, in requests": inRequests(of.wallMs),
    "with 0.3 of a CPU": inRequests(of.wallMsAtPartOfCpu),
    "CPU per record, in ms": shown(of.cpuMs, (ms) => ms.toFixed(2)),
    [`CPU, in ${contenders[0]?.name}s`]: shown(of.cpuRatio, (ratio) => ratio.toFixed(1)),
    "SQS calls": of.sqsCallsPerBatch.toFixed(0),
    "peak memory": `${of.peakMegabytes.toFixed(0)} MB`,
  }));
  const { poller, clientSqsAlone } = coldStart;
  const times = (of: "processMs" | "importMs") =>
    (poller[of].median / clientSqsAlone[of].median).toFixed(2);
  const ms = (of: Spread) => shown(of, (value) => value.toFixed(0));
  return [
    `${recordsPerBatch} pending records per batch, a server that answers after ${latencyMs} ms; rounds: ${rounds}`,
    ...table(rows),
    "",
    `the address guard costs ${percent(guard.keptAlive)} of a request on a kept-alive connection, ` +
      `${percent(guard.newConnection)} of one on a new connection, on loopback`,
    `cold start: ${ms(poller.processMs)} ms, ${times("processMs")} times a handler with client-sqs alone: ` +
      `${ms(clientSqsAlone.processMs)} ms`,
    `its import: ${ms(poller.importMs)} ms, ${times("importMs")} times ${ms(clientSqsAlone.importMs)} ms`,
    "",
  ].join("\n");
}

function shown({ median, least, most }: Spread, show: (value: number) => string): string {
  return least === most ? show(median) : `${show(median)} (${show(least)}-${show(most)})`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

function table(rows: readonly Record<string, string>[]): string[] {
  const names = Object.keys(rows[0] ?? {});
  const cells = [names, ...rows.map((row) => names.map((name) => row[name] ?? ""))];
  const widths = names.map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
