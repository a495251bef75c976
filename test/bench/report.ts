import type { BenchFigures, ContenderFigures } from "./main.ts";

/** The figures of a run as text: a table that compares contenders with the first one, and the cold starts. */
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
      "time per batch, in requests": (batchMs / latencyMs).toFixed(2),
      "records/s": perSecond(of).toFixed(0),
      "SQS calls per batch": (of.sqsCalls / of.batches).toFixed(0),
      "CPU per record": `${cpuPerRecord(of).toFixed(2)} ms`,
      "records/s, relative to this stack": (perSecond(of) / perSecond(first)).toFixed(3),
      "CPU, relative to this stack": (cpuPerRecord(of) / cpuPerRecord(first)).toFixed(2),
    };
  });
  const { poller, clientSqsAlone } = coldStart;
  const ratio = (poller.processMs / clientSqsAlone.processMs).toFixed(2);
  const importRatio = (poller.importMs / clientSqsAlone.importMs).toFixed(2);
  return [
    `${recordsPerBatch} pending records per batch, a server that answers after ${latencyMs} ms`,
    ...table(rows),
    "",
    `the address guard costs ${percent(guard.keptAlive)} of a request on a kept-alive connection, ` +
      `${percent(guard.newConnection)} of one on a new connection, on loopback`,
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
