import { describe, expect, it } from "vitest";
import { samArguments } from "../../infra/deploy/sam-arguments.ts";

const NOW = 1_800_000_000_000;
const release = (parameter: string[]) =>
  samArguments("t.yaml", { stack: "s", parameter }, NOW).at(-1);

describe("the arguments of sam deploy", () => {
  it("deploy the template without a question", () => {
    expect(samArguments("t.yaml", { stack: "s", region: "eu-west-1" }, NOW)).toEqual([
      ...["deploy", "--template-file", "t.yaml", "--stack-name", "s"],
      ...["--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset"],
      ...["--region", "eu-west-1", "--resolve-s3"],
      ...["--parameter-overrides", expect.stringMatching(/^Release=[0-9a-f]{12}$/)],
    ]);
  });

  it("hand parameters on, values with blanks and quotes too", () => {
    const parameter = ["AllowHosts=a.example, b.example", 'DenyHosts="x"=y'];
    expect(samArguments("t.yaml", { stack: "s", parameter }, NOW)).toEqual(
      expect.arrayContaining(['AllowHosts="a.example, b.example"', 'DenyHosts="\\"x\\"=y"']),
    );
  });

  it("make a new release of other parameters, and none of the same", () => {
    expect(release(["A=1", "B=2"])).toBe(release(["B=2", "A=1"]));
    expect(release(["A=1"])).not.toBe(release(["A=2"]));
  });

  it("make a new release each time that SAM asks", () => {
    const guided = (now: number) => samArguments("t.yaml", { stack: "s", guided: true }, now);
    expect(guided(NOW)).toContain("--guided");
    expect(guided(NOW)).not.toContain("--resolve-s3");
    expect(guided(NOW).at(-1)).not.toBe(guided(NOW + 1).at(-1));
  });
});
