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
  /** @throws {Error} when another process has taken the lock over, because this one stood still */
  check(): void;
  release(): void;
}

/** What a process sees of its machine. */
export interface Machine {
  /** Where process ids mean the processes that this one sees. */
  readonly place: string;
  /** @returns `none` when there is no such process, `unknown` when the system does not say when it was started */
  startOf(pid: number): string;
  /** In epoch ms. */
  now(): number;
}

const ATTEMPTS = 20;
const RETRY_MS = 50;

/** How often the holder of a lock shows that it lives, to those who cannot see its process. */
const BEAT_MS = 500;
/** A holder that cannot be seen is watched for so long, at least. */
const WATCHED_MS = 3 * BEAT_MS;
/** A holder that cannot be seen counts as dead after so long without a beat. */
const SILENT_MS = 10_000;
/** Nobody takes a lock over whose last beat is not older than this, not even with another clock. */
const SAFE_MS = 2 * BEAT_MS;

/**
 * Takes the lock of a file for this process. Takes over the lock of a process that has died. Containers that share a
 * volume do not see each other's processes, and use the same process ids: there a holder counts as dead that has been
 * silent for ten seconds. So it is where the system does not say when a process was started.
 *
 * @throws {Error} naming the process that holds the lock
 */
export async function takeLock(path: string, machine: Machine = thisMachine()): Promise<Lock> {
  const lockPath = `${path}.lock`;
  const own = `${process.pid} ${machine.startOf(process.pid)} ${machine.place}`;
  for (let attempt = 1; !create(lockPath, own); attempt++) {
    const found = contentOf(lockPath);
    const holder = holderIn(found ?? "", machine.place);
    if (holder !== undefined && (await lives(holder, lockPath, machine))) {
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
  return beatingLock(path, own, machine);
}

function beatingLock(path: string, own: string, { now }: Machine): Lock {
  const lockPath = `${path}.lock`;
  let isLost = false;
  let wasMissing = false;
  let beatAt = now();
  const isOverdue = (): boolean => Math.abs(now() - beatAt) > SAFE_MS;
  const beat = (): void => {
    try {
      const found = contentOf(lockPath);
      const isMissing = found === undefined;
      // A process that takes over a lock at the same time as another one may move this one away for a moment.
      isLost ||= isMissing ? wasMissing || isOverdue() : found !== own;
      wasMissing = isMissing;
      if (isLost || isMissing) return;
      const at = now();
      utimesSync(lockPath, at / 1000, at / 1000);
      beatAt = at;
    } catch {
      // The folder is gone, or cannot be reached now: the next beat tries again.
    }
  };
  const beating = setInterval(beat, BEAT_MS).unref();
  return {
    check() {
      if (isOverdue()) beat();
      if (!isLost) return;
      throw new Error(
        `${path} is no longer held by this process: another one has taken it over while this one stood still, or ${lockPath} was removed. Start again.`,
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

async function lives(holder: Holder, lockPath: string, machine: Machine): Promise<boolean> {
  if (!holder.isSeen) return beats(lockPath, machine);
  const starts = [holder.start, machine.startOf(holder.pid)];
  if (starts.includes("none")) return false;
  return starts.includes("unknown") ? beats(lockPath, machine) : starts[0] === starts[1];
}

/** Whether the holder of a lock shows that it lives. */
async function beats(lockPath: string, { now }: Machine): Promise<boolean> {
  const first = changedAt(lockPath);
  if (first === undefined) return false;
  const silentMs = Math.max(0, now() - first);
  const watchMs = Math.max(WATCHED_MS, SILENT_MS - silentMs);
  // It counts looks: a clock that is corrected, or a machine that sleeps, must not end the watch.
  for (let looks = Math.ceil(watchMs / RETRY_MS); looks > 0; looks--) {
    await after(RETRY_MS);
    const changed = changedAt(lockPath);
    if (changed === undefined) return false;
    if (changed !== first) return true;
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

function thisMachine(): Machine {
  return { place: processPlace(), startOf, now: Date.now };
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
