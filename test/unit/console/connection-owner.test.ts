import { endianness } from "node:os";
import { expect, it } from "vitest";
import { openerIn, ownerIn } from "../../../infra/console/server/connection-owner.ts";

const LOOPBACK = endianness() === "LE" ? "0100007F" : "7F000001";

const line = (from: string, to: string, state: string, uid: number) =>
  `  12: ${LOOPBACK}:${from} ${LOOPBACK}:${to} ${state} 00000000:00000000 00:00000000 00000000 ${uid}        0 99 1 0 20 4 30 10 -1`;
const end = (port: number) => ({ address: "127.0.0.1", port });

it("finds the owner of the other end of a connection, while it is open", () => {
  const table = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    line("24A4", "C001", "01", 1000),
    line("C001", "24A4", "01", 1001),
    line("C002", "24A4", "05", 0),
    line("C003", "24A5", "01", 1003),
    "",
  ].join("\n");
  expect(ownerIn(table, end(0xc001), end(0x24a4))).toBe(1001);
  expect(ownerIn(table, end(0xc002), end(0x24a4))).toBe(undefined);
  expect(ownerIn(table, end(0xc003), end(0x24a4))).toBe(undefined);
});

it.each([
  { table: [], opener: "own user" },
  { table: [line("24A4", "C001", "01", 7)], opener: "unknown" },
  { table: [line("24A4", "C001", "01", 7), line("C001", "24A4", "05", 0)], opener: "unknown" },
  { table: [line("24A4", "C001", "01", 7), line("C001", "24A4", "01", 0)], opener: "own user" },
  { table: [line("24A4", "C001", "01", 7), line("C001", "24A4", "01", 7)], opener: "own user" },
  { table: [line("24A4", "C001", "01", 7), line("C001", "24A4", "01", 8)], opener: "other user" },
])("says $opener for $table", ({ table, opener }) => {
  expect(openerIn(table.join("\n"), end(0xc001), end(0x24a4), 7)).toBe(opener);
});
