import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { type QueuesSnapshot, queuesSnapshot } from "../queue/snapshot.ts";

const FILE_NAME = "queues.json";
const WRITE_DELAY_MS = 250;

/**
 * What an earlier server left in the directory.
 * @throws Error when a file is there that is torn or not a snapshot of queues.
 */
export async function readSnapshot(dataDir: string): Promise<QueuesSnapshot | undefined> {
  const path = join(dataDir, FILE_NAME);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return queuesSnapshot.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `${path} is not a complete snapshot of local queues. Move it away, or choose another data directory.`,
      { cause },
    );
  }
}

export interface SnapshotWriter {
  /** Says that there is something new: it is on disk a moment later. */
  readonly changed: () => void;
  /** Writes what is still to be written. */
  readonly close: () => Promise<void>;
}

/** Writes snapshots, one at a time, each to a file of its own that then takes the old one's place. */
export function snapshotWriter(dataDir: string, take: () => QueuesSnapshot): SnapshotWriter {
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  const write = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(() => replaceFile(dataDir, JSON.stringify(take())));
    return writing;
  };
  return {
    changed: () => {
      timer ??= setTimeout(() => {
        write().catch((error: unknown) => {
          process.emitWarning(`The local queues could not be saved in ${dataDir}: ${error}`);
          writing = Promise.resolve();
        });
      }, WRITE_DELAY_MS);
    },
    close: () => write(),
  };
}

async function replaceFile(dataDir: string, text: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, FILE_NAME);
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
