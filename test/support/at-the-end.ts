const cleanups: (() => void)[] = [];

/**
 * Registers a cleanup that runs after all tests of the file, passed or failed. The tests of a file can run at once,
 * so vitest's `onTestFinished` would not know to which test a cleanup belongs.
 */
export function atTheEnd(cleanup: () => void): void {
  cleanups.push(cleanup);
}

/** Runs the cleanups that were registered. */
export function cleanUp(): void {
  for (const cleanup of cleanups.splice(0)) cleanup();
}
