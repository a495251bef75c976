import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { setTimeout as after } from "node:timers/promises";

/** The lock of a file. It holds as long as its process lives. */
export interface Lock {
  release(): void;
}

const ATTEMPTS = 20;
const RETRY_MS = 50;

/**
 * Takes the lock of a file for this process. Takes over the lock of a process that has died.
 *
 * @throws {Error} naming the process that holds the lock
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
    // The file is empty for a moment: another process has created it and is about to write its id.
    if (found === "" && attempt < ATTEMPTS / 2) await after(RETRY_MS);
    else if (found !== undefined) removeStale(lockPath, found);
  }
  return {
    release: () => {
      if (contentOf(lockPath) === own) rmSync(lockPath, { force: true });
    },
  };
}

/** @returns false when the file already exists */
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

/** If another process has taken the lock over meanwhile, the moved file is its lock, and is put back. */
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
 * When a process was started, if the system provides it (Linux, proc(5): field 22 of `stat`): process ids are reused.
 *
 * @returns `none` when there is no such process
 */
function startOf(pid: number): string {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // The process lives, but belongs to another user.
    if (!hasCode(error, "EPERM")) return "none";
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie has died, but its parent has not waited for it yet.
    return state === "Z" ? "none" : (fields[18] ?? "unknown");
  } catch {
    return "unknown";
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
