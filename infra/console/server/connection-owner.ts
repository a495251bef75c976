import { readFile } from "node:fs/promises";
import { endianness } from "node:os";

/** One end of a TCP connection over IPv4. */
export interface End {
  readonly address: string;
  readonly port: number;
}

const ROOT = 0;

/** Root counts as the own user. */
type Opener = "own user" | "other user" | "unknown";

/**
 * Says whose process opened a connection over loopback. Only Linux says it; elsewhere it counts as the own user's.
 *
 * @param from the other end
 * @param to the end of this process
 */
export async function openerOf(from: End, to: End): Promise<Opener> {
  const table = await readFile("/proc/net/tcp", "utf8").catch(() => "");
  return openerIn(table, from, to, process.getuid?.());
}

/**
 * @param table as for {@link ownerIn}
 * @param user the id of the own user
 * @returns `unknown` when the table has only the end of this process: the other end was closed, or is in a container
 */
export function openerIn(table: string, from: End, to: End, user: number | undefined): Opener {
  // Some systems have the file, but nothing in it (Windows' first subsystem for Linux).
  if (!table.includes(ends(to, from))) return "own user";
  const owner = ownerIn(table, from, to);
  if (owner === undefined) return "unknown";
  return owner === ROOT || owner === user ? "own user" : "other user";
}

/** So the table writes that a connection is open. One that was closed belongs to root, whoever has made it. */
const ESTABLISHED = "01";

/**
 * Finds the user whose process has an end of a connection.
 *
 * @param table the text of /proc/net/tcp (proc(5): a line per end, with both addresses, the state, and the user's id)
 * @param of the end
 * @returns the id of the user; `undefined` when there is no such end, or it was closed
 */
export function ownerIn(table: string, of: End, other: End): number | undefined {
  const open = `${ends(of, other)} ${ESTABLISHED} `;
  const line = table.split("\n").find((each) => each.includes(open));
  const [, , , , , , , uid] = line?.trim().split(/\s+/) ?? [];
  return uid === undefined ? undefined : Number(uid);
}

const ends = (of: End, other: End): string => `${written(of)} ${written(other)}`;

/** `0100007F:24A4`: the address is a number in the order of bytes of the machine. */
function written({ address, port }: End): string {
  const bytes = Buffer.from(address.split(".").map(Number));
  if (endianness() === "LE") bytes.reverse();
  return `${hex(bytes.readUInt32BE(), 8)}:${hex(port, 4)}`;
}

const hex = (value: number, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, "0");
