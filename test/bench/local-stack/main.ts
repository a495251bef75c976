import { parseArgs } from "node:util";
import { type LocalStackFigures, measureLocalStack } from "./measure-local-stack.ts";

const USAGE = `npm run bench:local [-- --polls N] [--busy N] [--timeout SECONDS]

Submits N polls (10000) at once to a local stack, each of which is pending once, beside N busy loops (2). Shows
how long they took, how many records failed, and what the stack used.
`;

const { values } = parseArgs({
  options: {
    polls: { type: "string", default: "10000" },
    busy: { type: "string", default: "2" },
    timeout: { type: "string", default: "300" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) process.stdout.write(USAGE);
else {
  const figures = await measureLocalStack({
    polls: Number(values.polls),
    busyLoops: Number(values.busy),
    timeoutSeconds: Number(values.timeout),
  });
  process.stdout.write(report(figures));
}

function report(figures: LocalStackFigures): string {
  const { polls, busyLoops, seconds, outcomes, deadLetters, failedRecords, cpuSeconds } = figures;
  const { invocations, failedInvocations, peakMegabytes } = figures;
  return [
    `${polls} polls at once beside ${busyLoops} busy loops, each of two requests`,
    `  outcomes            ${outcomes}`,
    `  seconds             ${seconds.toFixed(1)}, ${(outcomes / seconds).toFixed(0)} polls per second`,
    `  records failed      ${failedRecords}, dead letters ${deadLetters}`,
    `  invocations         ${invocations}, failed ${failedInvocations}`,
    `  CPU per poll        ${((1000 * cpuSeconds) / polls).toFixed(2)} ms`,
    `  peak memory         ${peakMegabytes.toFixed(0)} MB`,
    "",
  ].join("\n");
}
