import type { BenchFigures, ContenderFigures } from "./main.ts";

/** The figures of a run as text: a table of contenders beside the first, and the cold starts. */
export function report({
  latencyMs,
  recordsPerBatch,
  contenders,
  guard,
  coldStart,
}: BenchFigures): string {
  const [first] = contenders;
  if (first === undefined) return "nothing was measured\n";
  const rows = contenders.map((of) => {
    const batchMs = of.wallMs / of.batches;
    return {
      contender: of.name,
      "wall a batch, in requests": (batchMs / latencyMs).toFixed(2),
      "records/s": perSecond(of).toFixed(0),
      "SQS calls a batch": (of.sqsCalls / of.batches).toFixed(0),
      "CPU a record": `${cpuPerRecord(of).toFixed(2)} ms`,
      "records/s, this stack being 1": (perSecond(of) / perSecond(first)).toFixed(3),
      "CPU, this stack being 1": (cpuPerRecord(of) / cpuPerRecord(first)).toFixed(2),
    };
  });
  const { poller, clientSqsAlone } = coldStart;
  const ratio = (poller.processMs / clientSqsAlone.processMs).toFixed(2);
  const importRatio = (poller.importMs / clientSqsAlone.importMs).toFixed(2);
  return [
    `${recordsPerBatch} pending records a batch, a server that answers after ${latencyMs} ms`,
    ...table(rows),
    "",
    `the guard of where requests may go: ${percent(guard.keptAlive)} of a request on a kept-alive connection, ` +
      `${percent(guard.newConnection)} of one on a connection of its own, on loopback`,
    `cold start: ${poller.processMs.toFixed(0)} ms, ${ratio} times a handler with client-sqs alone ` +
      `(${clientSqsAlone.processMs.toFixed(0)} ms); the import alone ${importRatio} times`,
    "",
  ].join("\n");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

function perSecond({ records, wallMs }: ContenderFigures): number {
  return (records / wallMs) * 1000;
}

function cpuPerRecord({ records, cpuMs }: ContenderFigures): number {
  return cpuMs / records;
}

function table(rows: readonly Record<string, string>[]): string[] {
  const names = Object.keys(rows[0] ?? {});
  const cells = [names, ...rows.map((row) => names.map((name) => row[name] ?? ""))];
  const widths = names.map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
}
