import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { setTimeout as after } from "node:timers/promises";

/** The lock of a file: it holds as long as the process that took it lives. */
export interface Lock {
  release(): void;
}

const ATTEMPTS = 20;
const RETRY_MS = 50;

/**
 * Takes the lock of a file for this process. A lock that its process left behind when it died is taken over.
 *
 * @throws {Error} naming the process that holds it
 */
export async function takeLock(path: string): Promise<Lock> {
  const lockPath = `${path}.lock`;
  const own = `${process.pid} ${startOf(process.pid)}`;
  for (let attempt = 1; !create(lockPath, own); attempt++) {
    const found = contentOf(lockPath);
    const pid = Number.parseInt(found ?? "", 10);
    if (pid > 0 && found === `${pid} ${startOf(pid)}`) {
      throw new Error(
        `${path} is in use by process ${pid}: stop it, or choose another data directory.`,
      );
    }
    if (attempt === ATTEMPTS) {
      throw new Error(`${lockPath} cannot be taken; remove it if no other process uses ${path}.`);
    }
    // Empty for a moment: another process has created it and is about to write its id.
    if (found === "" && attempt < ATTEMPTS / 2) await after(RETRY_MS);
    else if (found !== undefined) removeStale(lockPath, found);
  }
  return {
    release: () => {
      if (contentOf(lockPath) === own) rmSync(lockPath, { force: true });
    },
  };
}

/** @returns whether it did: false where the file is there already */
function create(path: string, content: string): boolean {
  try {
    const file = openSync(path, "wx");
    writeSync(file, content);
    closeSync(file);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** Another process can have taken it over meanwhile: then what was moved away is its lock, and is put back. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  if (contentOf(aside) === stale) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * When a process was started, where the system says so (Linux, proc(5): field 22 of `stat`): process ids are used again.
 *
 * @returns `none` when there is no such process
 */
function startOf(pid: number): string {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // It lives, as another user's process.
    if (!hasCode(error, "EPERM")) return "none";
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie has died, though its parent has not asked for it yet.
    return state === "Z" ? "none" : (fields[18] ?? "unknown");
  } catch {
    return "unknown";
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
