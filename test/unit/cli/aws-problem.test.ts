import { describe, expect, it } from "vitest";
import { awsProblem } from "../../../infra/cli/target/aws-problem.ts";

const place = { stack: "mine", region: "eu-west-1" };
const said = (name: string, message = "") =>
  awsProblem(Object.assign(new Error(message), { name }), place);

describe("awsProblem", () => {
  it.each([
    ["CredentialsProviderError", "", "no AWS credentials were found"],
    ["ExpiredTokenException", "", "have expired"],
    ["UnrecognizedClientException", "", "does not accept these credentials in eu-west-1"],
    ["ValidationError", "Stack with id mine does not exist", "no stack mine in eu-west-1"],
    ["ResourceNotFoundException", "", "a part of stack mine does not exist in eu-west-1"],
    ["Error", "getaddrinfo ENOTFOUND sqs", "AWS cannot be reached"],
  ])("explains %s", (name, message, expected) => {
    expect(said(name, message)).toContain(expected);
  });

  it("names the permission that is missing, and on what", () => {
    const message =
      "User: arn:aws:iam::1:user/a is not authorized to perform: dynamodb:Scan on resource: arn:aws:dynamodb:eu-west-1:1:table/t because no policy allows it";
    expect(said("AccessDeniedException", message)).toBe(
      "access denied: your credentials need dynamodb:Scan on arn:aws:dynamodb:eu-west-1:1:table/t",
    );
  });

  it("leaves other errors as they are", () => {
    expect(said("TypeError", "x")).toBeUndefined();
    expect(awsProblem("x", place)).toBeUndefined();
  });
});
