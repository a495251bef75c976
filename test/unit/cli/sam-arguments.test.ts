import { describe, expect, it } from "vitest";
import { samArguments } from "../../../infra/cli/deploy/sam-arguments.ts";
import { UsageError } from "../../../infra/cli/usage-error.ts";

const NOW = 1_800_000_000_000;
const told = (parameters: Record<string, string>, guided = false, now = NOW) =>
  samArguments("t.yaml", { stack: "s", region: "eu-west-1", guided, parameters }, now);
const release = (args: readonly string[]) => args.find((arg) => arg.startsWith("Release="));

describe("the arguments of sam deploy", () => {
  it("deploy the template without asking", () => {
    const deployment = { stack: "s", region: "eu-west-1", guided: false, parameters: {} };
    expect(samArguments("t.yaml", deployment, NOW)).toEqual([
      ...["deploy", "--template-file", "t.yaml", "--stack-name", "s"],
      ...["--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset"],
      ...["--region", "eu-west-1", "--resolve-s3"],
      ...["--parameter-overrides", expect.stringMatching(/^Release="[0-9a-f]{12}"$/)],
    ]);
  });

  it("pass parameters on, including values with spaces and quotes", () => {
    expect(told({ AllowHosts: "a.example, b.example", DenyHosts: '"x"=y' })).toEqual(
      expect.arrayContaining(['AllowHosts="a.example, b.example"', 'DenyHosts="\\"x\\"=y"']),
    );
  });

  it.each(["C:\\", 'a\\"b', "a\\ b", "it\\'s"])(
    "refuse a value that SAM would change: %s",
    (value) => {
      expect(() => told({ DenyHosts: value })).toThrow(UsageError);
      expect(() => told({ DenyHosts: value })).toThrow("--parameter DenyHosts: SAM cannot pass on");
    },
  );

  it("pass on a backslash before anything else", () => {
    expect(told({ DenyHosts: "a\\b" })).toContain('DenyHosts="a\\b"');
  });

  it("make a new release for changed parameters, and none for the same ones", () => {
    expect(release(told({ A: "1", B: "2" }))).toBe(release(told({ B: "2", A: "1" })));
    expect(release(told({ A: "1" }))).not.toBe(release(told({ A: "2" })));
  });

  it("keep a given release", () => {
    expect(told({ Release: "mine" }).filter((arg) => arg.startsWith("Release="))).toEqual([
      'Release="mine"',
    ]);
  });

  it("make a new release each time in guided mode", () => {
    expect(told({}, true)).toContain("--guided");
    expect(told({}, true)).not.toContain("--resolve-s3");
    expect(release(told({}, true))).not.toBe(release(told({}, true, NOW + 1)));
  });
});
