/** The account and region of the templates in these tests. */
export const PLACE = {
  stackName: "stack",
  region: "eu-west-1",
  accountId: "000000000000",
  endpoint: "http://127.0.0.1:9324",
} as const;
