#!/usr/bin/env node
// Nothing is imported before the version is checked: an older Node could not even parse the rest.
const MINIMUM = [22, 15] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
  console.error(
    `error: request-poller needs Node ${MINIMUM.join(".")} or newer, this is ${process.versions.node}: install one from https://nodejs.org, or with a version manager (nvm install 24)`,
  );
  process.exit(1);
}

const { keepCompiledModules } = await import("./compiled-modules.ts");
keepCompiledModules(process.env);
const { outputClosed } = await import("./interruption.ts");
const { guardOutput } = await import("./terminal/output.ts");
for (const stream of [process.stdout, process.stderr]) {
  guardOutput(stream);
  // The reader of our output may close it early (| head): that is not an error.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    outputClosed();
  });
}

const { run, report } = await import("./run.ts");
process.on("uncaughtException", (error) => process.exit(report(error)));
process.exitCode = await run(process.argv.slice(2));

export {};
