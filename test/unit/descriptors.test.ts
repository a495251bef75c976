import { expect, it } from "vitest";
import { connectionsWithin, descriptorLimitIn } from "../../lib/descriptors.ts";

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             1024                 1024                 processes
Max open files            64                   4096                 files
`;

it.each([
  [LIMITS, 64],
  [LIMITS.replace("64   ", "unlimited"), 1024],
  ["", 1024],
])("reads the soft limit of open files", (text, limit) => {
  expect(descriptorLimitIn(text)).toBe(limit);
});

it.each([
  [256, 1024, 256],
  [256, 65_536, 256],
  [256, 64, 16],
  [32, 256, 8],
  [10, 64, 1],
])("of %i connections, a limit of %i leaves %i", (most, limit, left) => {
  expect(connectionsWithin(most, limit)).toBe(left);
});
