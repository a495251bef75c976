import { expect, it } from "vitest";
import { failsAsKnown } from "./known-fault.ts";

const fault = {
  rows: /^counts/,
  fault: "counts characters",
  error: /^TypeError: too long$/,
  link: "https://example.com/issues/1",
};
const fails = async () => Promise.reject(new TypeError("too long"));
const failsOtherwise = async () => Promise.reject(new Error("no connection"));
const passes = async () => {};

it("a known fault must fail with its known error, so that it hides no other fault", async () => {
  await failsAsKnown(fails, fault);
  await expect(failsAsKnown(failsOtherwise, fault)).rejects.toThrow(
    'The row fails with another error than that of the known fault "counts characters": Error: no connection',
  );
  await expect(failsAsKnown(passes, fault)).rejects.toThrow(
    "The row passes: remove the known fault",
  );
});

it("an unsteady fault may pass, but may not fail with another error", async () => {
  const unsteady = { ...fault, unsteady: true } as const;
  await failsAsKnown(passes, unsteady);
  await failsAsKnown(fails, unsteady);
  await expect(failsAsKnown(failsOtherwise, unsteady)).rejects.toThrow("no connection");
});
