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

it("a known fault has to show as it is known, so that it hides no other", async () => {
  await failsAsKnown(fails, fault);
  await expect(failsAsKnown(failsOtherwise, fault)).rejects.toThrow(
    'It fails otherwise than the list of known faults says (it "counts characters"): Error: no connection',
  );
  await expect(failsAsKnown(passes, fault)).rejects.toThrow("It passes: take it out");
});

it("an unsteady one may pass, and fails otherwise no more than another", async () => {
  const unsteady = { ...fault, unsteady: true } as const;
  await failsAsKnown(passes, unsteady);
  await failsAsKnown(fails, unsteady);
  await expect(failsAsKnown(failsOtherwise, unsteady)).rejects.toThrow("no connection");
});
