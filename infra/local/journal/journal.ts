import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import type * as z from "zod/mini";
import { messageOf } from "../../../lib/message-of.ts";
import { type Lock, takeLock } from "./lock.ts";

export interface JournalFormat<Snapshot, Change> {
  readonly snapshot: z.ZodMiniType<Snapshot>;
  readonly change: z.ZodMiniType<Change>;
  /** The contents of the file, as errors name them: `local queues`. */
  readonly what: string;
}

/**
 * A state on disk: the file's first line is a snapshot of it, and each following line is a list of changes that
 * happened together. Appended changes survive the end of this process, whatever ends it (kill -9 included). They are
 * not forced onto the disk, so that a power loss may lose the last ones.
 */
export interface Journal<Snapshot, Change> {
  /** The state that an earlier process left, or `undefined`. */
  readonly left: { readonly snapshot: Snapshot; readonly changes: readonly Change[] } | undefined;
  /** Writes the initial state to the file. Must be called before the first `append`. */
  start(take: () => Snapshot): void;
  /**
   * Returns when the changes are written.
   *
   * @throws when they cannot be written; the next call writes them too
   */
  append(changes: readonly Change[]): void;
  /**
   * Reduces the file to a snapshot, and releases it for other processes.
   *
   * @throws when the snapshot cannot be written; the file then stays as it is, with all changes that were written
   */
  close(): void;
}

/** A file is compacted when its changes are larger than this, and larger than its snapshot. */
const MIN_COMPACTION_BYTES = 4 * 1_048_576;

/**
 * Opens a journal. Only this process can use it then. An incomplete last line is dropped: its changes were never
 * acknowledged.
 *
 * @throws {Error} when another process has it open, its folder cannot be written, or it is not a journal of this format
 */
export async function openJournal<Snapshot, Change>(
  path: string,
  format: JournalFormat<Snapshot, Change>,
): Promise<Journal<Snapshot, Change>> {
  const lock = await lockIn(path);
  try {
    return journalOf(path, lock, readJournal(path, format));
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function lockIn(path: string): Promise<Lock> {
  try {
    makeFolder(dirname(path));
    return await takeLock(path);
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause)) throw cause;
    throw new Error(
      `The data directory ${dirname(path)} cannot be written (${cause.code}): choose another one.`,
      { cause },
    );
  }
}

/** Messages can hold credentials: other users of the machine must not read them. */
const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** Node's recursive mkdir never ends when an existing parent, such as /proc, accepts no folders and reports ENOENT. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, OWNER_ONLY_FOLDER);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || existsSync(dirname(path))) throw error;
    makeFolder(dirname(path));
    mkdirSync(path, OWNER_ONLY_FOLDER);
  }
}

function readJournal<Snapshot, Change>(
  path: string,
  { snapshot, change, what }: JournalFormat<Snapshot, Change>,
): Journal<Snapshot, Change>["left"] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new Error(`${path} could not be read: ${messageOf(error)}`, { cause: error });
  }
  const lines = text.split("\n");
  const [first = "", ...rest] = lines.length === 1 ? lines : lines.slice(0, -1);
  let line = 1;
  try {
    const left = { snapshot: snapshot.parse(JSON.parse(first)), changes: [] as Change[] };
    for (const changes of rest) {
      line++;
      for (const one of JSON.parse(changes)) left.changes.push(change.parse(one));
    }
    return left;
  } catch (cause) {
    throw new Error(
      `${path} is not a complete snapshot of ${what} (line ${line}). Move it away, or choose another data directory.`,
      { cause },
    );
  }
}

function journalOf<Snapshot, Change>(
  path: string,
  lock: Lock,
  left: Journal<Snapshot, Change>["left"],
): Journal<Snapshot, Change> {
  let takeSnapshot: (() => Snapshot) | undefined;
  let file: number | undefined;
  let snapshotBytes = 0;
  let bytes = 0;
  let unsaved: Change[] = [];

  const compact = (): void => {
    if (takeSnapshot === undefined) return;
    lock.check();
    const text = Buffer.from(`${JSON.stringify(takeSnapshot())}\n`);
    const fresh = replaced(path, text);
    if (file !== undefined) closeSync(file);
    file = fresh;
    snapshotBytes = bytes = text.byteLength;
    unsaved = [];
  };

  return {
    left,
    start(take) {
      takeSnapshot = take;
      compact();
    },
    append(changes) {
      if (file === undefined) throw new Error(`${path} is not open`);
      lock.check();
      unsaved.push(...changes);
      if (unsaved.length === 0) return;
      const line = Buffer.from(`${JSON.stringify(unsaved)}\n`);
      try {
        writeAll(file, line);
      } catch (cause) {
        ftruncateSync(file, bytes);
        throw unwritten(path, cause);
      }
      bytes += line.byteLength;
      unsaved = [];
      if (bytes > snapshotBytes + Math.max(snapshotBytes, MIN_COMPACTION_BYTES)) compact();
    },
    close() {
      try {
        compact();
      } finally {
        if (file !== undefined) closeSync(file);
        file = undefined;
        lock.release();
      }
    },
  };
}

function unwritten(path: string, cause: unknown): Error {
  return new Error(`${path} could not be written: ${messageOf(cause)}`, { cause });
}

/** @returns the new file, open for appending */
function replaced(path: string, content: Buffer): number {
  try {
    return replaceFile(path, content);
  } catch (cause) {
    throw unwritten(path, cause);
  }
}

function replaceFile(path: string, content: Buffer): number {
  const temporary = `${path}.tmp`;
  const file = openSync(temporary, "w", OWNER_ONLY_FILE);
  try {
    writeAll(file, content);
    fsyncSync(file);
  } catch (error) {
    closeSync(file);
    rmSync(temporary, { force: true });
    throw error;
  }
  closeSync(file);
  renameSync(temporary, path);
  return openSync(path, "a");
}

function writeAll(file: number, content: Buffer): void {
  for (let written = 0; written < content.byteLength; ) {
    written += writeSync(file, content, written);
  }
}
