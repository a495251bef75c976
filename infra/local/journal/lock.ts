import {
  closeSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { setTimeout as after } from "node:timers/promises";

/** The lock of a file. It holds as long as its process lives. */
export interface Lock {
  /** @throws {Error} when a process of another container has taken the lock over, because this one stood still */
  check(): void;
  release(): void;
}

const ATTEMPTS = 20;
const RETRY_MS = 50;

/** How often the holder of a lock shows that it lives, to those who cannot see its process. */
const BEAT_MS = 500;
/** A holder that cannot be seen is watched for so long, at least. */
const WATCHED_MS = 3 * BEAT_MS;
/** A holder that cannot be seen counts as dead after so long without a beat. */
const SILENT_MS = 10_000;

/**
 * Takes the lock of a file for this process. Takes over the lock of a process that has died. Containers that share a
 * volume do not see each other's processes, and use the same process ids: there a holder counts as dead that has been
 * silent for ten seconds.
 *
 * @param place where process ids mean the processes that this one sees
 * @throws {Error} naming the process that holds the lock
 */
export async function takeLock(path: string, place: string = processPlace()): Promise<Lock> {
  const lockPath = `${path}.lock`;
  const own = `${process.pid} ${startOf(process.pid)} ${place}`;
  for (let attempt = 1; !create(lockPath, own); attempt++) {
    const found = contentOf(lockPath);
    const holder = holderIn(found ?? "", place);
    if (holder !== undefined && (await lives(holder, lockPath))) {
      const who = `process ${holder.pid}${holder.isSeen ? "" : " of another container or machine"}`;
      throw new Error(`${path} is in use by ${who}: stop it, or choose another data directory.`);
    }
    if (attempt === ATTEMPTS) {
      throw new Error(`${lockPath} cannot be taken; remove it if no other process uses ${path}.`);
    }
    // The file is empty for a moment: another process has created it and is about to write its id.
    if (found === "" && attempt < ATTEMPTS / 2) await after(RETRY_MS);
    else if (found !== undefined) removeStale(lockPath, found);
  }
  return beatingLock(path, lockPath, own);
}

function beatingLock(path: string, lockPath: string, own: string): Lock {
  let isLost = false;
  const beat = (): void => {
    try {
      const found = contentOf(lockPath);
      isLost ||= found !== undefined && found !== own;
      const now = new Date();
      if (!isLost) utimesSync(lockPath, now, now);
    } catch {
      // The folder is gone, or cannot be reached now: the next beat tries again.
    }
  };
  const beating = setInterval(beat, BEAT_MS).unref();
  return {
    check() {
      if (!isLost) return;
      throw new Error(
        `${path} is in use by another process, which has taken it over while this one stood still: start again.`,
      );
    },
    release() {
      clearInterval(beating);
      if (contentOf(lockPath) === own) rmSync(lockPath, { force: true });
    },
  };
}

interface Holder {
  readonly pid: number;
  readonly start: string;
  /** Whether this process sees it. */
  readonly isSeen: boolean;
}

/** Earlier versions wrote no place. */
const HOLDER = /^(?<pid>\d+) (?<start>\S+)(?: (?<place>\S+))?$/;

function holderIn(content: string, place: string): Holder | undefined {
  const { pid, start = "", place: of = place } = HOLDER.exec(content)?.groups ?? {};
  return pid === undefined ? undefined : { pid: Number(pid), start, isSeen: of === place };
}

async function lives({ pid, start, isSeen }: Holder, lockPath: string): Promise<boolean> {
  return isSeen ? start === startOf(pid) : beats(lockPath);
}

/** Whether the holder of a lock shows that it lives. */
async function beats(lockPath: string): Promise<boolean> {
  const first = changedAt(lockPath);
  if (first === undefined) return false;
  const silentMs = Math.max(0, Date.now() - first);
  const until = Date.now() + Math.max(WATCHED_MS, SILENT_MS - silentMs);
  while (Date.now() < until) {
    await after(RETRY_MS);
    const now = changedAt(lockPath);
    if (now === undefined) return false;
    if (now !== first) return true;
  }
  return false;
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

/** In epoch ms. */
function changedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
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

/** The start of the kernel, and its namespace of process ids (Linux: random(4), pid_namespaces(7)). */
function processPlace(): string {
  try {
    const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${bootId}/${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return "unknown";
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
