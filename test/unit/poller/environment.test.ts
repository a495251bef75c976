import { describe, expect, it } from "vitest";
import { readEnvironment } from "../../../functions/poller/environment.ts";

const QUEUE_URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/polls";

describe("readEnvironment", () => {
  it("needs only QUEUE_URL", () => {
    expect(readEnvironment({ QUEUE_URL, PATH: "/bin", AWS_REGION: "eu-central-1" })).toEqual({
      queueUrl: QUEUE_URL,
      deadLetterQueueUrl: undefined,
      outcomeQueueUrl: undefined,
      outcomeBucket: undefined,
      tableName: undefined,
      checkpointEvery: 1,
      history: "claims",
      concurrency: 100,
      hostConcurrency: undefined,
      caps: { minDelaySeconds: 0, maxRetries: 100_000, maxAgeSeconds: undefined },
      allowPrivate: false,
      allowHosts: [],
      denyHosts: [],
      allowPorts: undefined,
      allowSecrets: [],
      allowDeliveries: [],
      allowSigV4: [],
      runtimeApi: undefined,
      logLevel: "INFO",
    });
  });

  it("reads all variables", () => {
    const variables = {
      QUEUE_URL,
      DEAD_LETTER_QUEUE_URL: `${QUEUE_URL}-dead`,
      OUTCOME_QUEUE_URL: `${QUEUE_URL}-outcomes`,
      OUTCOME_BUCKET: "large-outcomes",
      TABLE_NAME: "polls",
      POLL_FENCE: "checkpoints",
      POLL_HISTORY: "answers",
      POLL_CONCURRENCY: "7",
      POLL_HOST_CONCURRENCY: "3",
      POLL_MIN_DELAY_SECONDS: "10",
      POLL_MAX_RETRIES: "500",
      POLL_MAX_AGE_SECONDS: "86400",
      POLL_ALLOW_PRIVATE: "true",
      POLL_ALLOW_HOSTS: " a.example , *.b.example,",
      POLL_DENY_HOSTS: "c.example",
      POLL_ALLOW_PORTS: "443, 8000-8999",
      POLL_ALLOW_DELIVERIES: "eventBus:orders, taskToken",
      POLL_ALLOW_SECRETS: "secretsmanager:polls/*, ssm:/polls/x",
      POLL_ALLOW_SIGV4: "athena, execute-api@*.example.com",
      AWS_LAMBDA_RUNTIME_API: "127.0.0.1:9001",
      LOG_LEVEL: "DEBUG",
    };
    expect(readEnvironment(variables)).toEqual({
      queueUrl: QUEUE_URL,
      deadLetterQueueUrl: `${QUEUE_URL}-dead`,
      outcomeQueueUrl: `${QUEUE_URL}-outcomes`,
      outcomeBucket: "large-outcomes",
      tableName: "polls",
      checkpointEvery: 10,
      history: "answers",
      concurrency: 7,
      hostConcurrency: 3,
      caps: { minDelaySeconds: 10, maxRetries: 500, maxAgeSeconds: 86_400 },
      allowPrivate: true,
      allowHosts: ["a.example", "*.b.example"],
      denyHosts: ["c.example"],
      allowPorts: [
        [443, 443],
        [8000, 8999],
      ],
      allowSecrets: ["secretsmanager:polls/*", "ssm:/polls/x"],
      allowDeliveries: ["eventBus:orders", "taskToken"],
      allowSigV4: ["athena", "execute-api@*.example.com"],
      runtimeApi: "127.0.0.1:9001",
      logLevel: "DEBUG",
    });
  });

  it("accepts a Systems Manager parameter for each list", () => {
    const names = [
      "POLL_ALLOW_HOSTS",
      "POLL_DENY_HOSTS",
      "POLL_ALLOW_SECRETS",
      "POLL_ALLOW_DELIVERIES",
      "POLL_ALLOW_SIGV4",
    ];
    const variables = Object.fromEntries(names.map((name) => [name, "parameter:/lists/x"]));
    const parameter = { parameter: "/lists/x" };
    expect(readEnvironment({ QUEUE_URL, ...variables })).toMatchObject({
      allowHosts: parameter,
      denyHosts: parameter,
      allowSecrets: parameter,
      allowDeliveries: parameter,
      allowSigV4: parameter,
    });
  });

  it("reads an empty variable as not set, because a template cannot leave a variable out", () => {
    const names = ["DEAD_LETTER_QUEUE_URL", "OUTCOME_QUEUE_URL", "POLL_CONCURRENCY", "LOG_LEVEL"];
    const more = ["POLL_ALLOW_PRIVATE", "POLL_ALLOW_HOSTS", "POLL_DENY_HOSTS", "TABLE_NAME"];
    const empty = Object.fromEntries([...names, ...more].map((name) => [name, ""]));
    expect(readEnvironment({ QUEUE_URL, ...empty })).toEqual(readEnvironment({ QUEUE_URL }));
  });

  it.each([
    [{ QUEUE_URL: undefined }, "QUEUE_URL must be a queue URL"],
    [{ QUEUE_URL, POLL_DENY_HOSTS: "http://a.example" }, "POLL_DENY_HOSTS must be host names"],
    [{ QUEUE_URL, POLL_ALLOW_HOSTS: "a.example:80" }, "POLL_ALLOW_HOSTS must be host names"],
    [{ QUEUE_URL, POLL_ALLOW_PORTS: "80,443-" }, "POLL_ALLOW_PORTS must be ports and ranges"],
    [{ QUEUE_URL, POLL_ALLOW_HOSTS: " , " }, "POLL_ALLOW_HOSTS must be host names"],
    [{ QUEUE_URL, POLL_ALLOW_HOSTS: "parameter:x" }, "POLL_ALLOW_HOSTS must be host names"],
    [
      { QUEUE_URL, POLL_ALLOW_HOSTS: "parameter:/x,a.example" },
      "POLL_ALLOW_HOSTS must be host names",
    ],
    [{ QUEUE_URL, POLL_ALLOW_SECRETS: "polls/*" }, "POLL_ALLOW_SECRETS must be names of secrets"],
    [{ QUEUE_URL, OUTCOME_BUCKET: "s3://x" }, "OUTCOME_BUCKET must be the name of an S3 bucket"],
    [{ QUEUE_URL, POLL_ALLOW_DELIVERIES: "orders" }, "POLL_ALLOW_DELIVERIES must be destinations"],
    [{ QUEUE_URL, POLL_ALLOW_SIGV4: "athena,sqs" }, "POLL_ALLOW_SIGV4 must be AWS services"],
    [{ QUEUE_URL, POLL_ALLOW_PORTS: "0" }, "POLL_ALLOW_PORTS must be ports and ranges"],
    [{ QUEUE_URL, POLL_ALLOW_PORTS: "443-80" }, "POLL_ALLOW_PORTS must be ports and ranges"],
    [{ QUEUE_URL: "" }, "QUEUE_URL must be a queue URL"],
    [{ QUEUE_URL: "polls" }, "QUEUE_URL must be a queue URL"],
    [{ QUEUE_URL: `${QUEUE_URL}.fifo` }, "QUEUE_URL must be the URL of a standard queue"],
    [{ DEAD_LETTER_QUEUE_URL: "dead" }, "DEAD_LETTER_QUEUE_URL must be a queue URL"],
    [{ OUTCOME_QUEUE_URL: "outcomes" }, "OUTCOME_QUEUE_URL must be a queue URL"],
    ...["0", "-1", "1.5", "ten", "10000", " 7"].map(
      (POLL_CONCURRENCY) =>
        [{ POLL_CONCURRENCY }, "POLL_CONCURRENCY must be an integer from 1 to 9999"] as const,
    ),
    [{ POLL_HOST_CONCURRENCY: "0" }, "POLL_HOST_CONCURRENCY must be an integer from 1 to 9999"],
    ...["-1", "0.5", "43201", "1e3", " 1"].map(
      (POLL_MIN_DELAY_SECONDS) =>
        [
          { POLL_MIN_DELAY_SECONDS },
          "POLL_MIN_DELAY_SECONDS must be an integer from 0 to 43200",
        ] as const,
    ),
    [{ POLL_MAX_RETRIES: "100001" }, "POLL_MAX_RETRIES must be an integer from 0 to 100000"],
    [{ POLL_MAX_AGE_SECONDS: "0" }, "POLL_MAX_AGE_SECONDS must be an integer from 1 to 315360000"],
    [{ TABLE_NAME: "my polls" }, "TABLE_NAME must be the name of a DynamoDB table"],
    ...["TRUE", "1", "yes"].map(
      (POLL_ALLOW_PRIVATE) =>
        [{ POLL_ALLOW_PRIVATE }, "POLL_ALLOW_PRIVATE must be true or false"] as const,
    ),
    [{ LOG_LEVEL: "info" }, "LOG_LEVEL must be one of DEBUG, INFO, WARN, ERROR, SILENT"],
  ] as const)("%j fails at start, with the variable's name", (variables, problem) => {
    expect(() => readEnvironment({ QUEUE_URL, ...variables })).toThrow(TypeError);
    expect(() => readEnvironment({ QUEUE_URL, ...variables })).toThrow(problem);
  });

  it("names every wrong variable", () => {
    const variables = { POLL_CONCURRENCY: "0", LOG_LEVEL: "loud" };
    expect(() => readEnvironment(variables)).toThrow(/QUEUE_URL .*POLL_CONCURRENCY .*LOG_LEVEL /);
  });

  it("takes no address of X-Ray's daemon that cannot be used", () => {
    const daemonOf = (AWS_XRAY_DAEMON_ADDRESS: string) =>
      readEnvironment({
        QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/1/q",
        AWS_XRAY_DAEMON_ADDRESS,
      }).daemonAddress;
    expect(daemonOf("169.254.79.129:2000")).toBe("169.254.79.129:2000");
    expect(daemonOf("[fd00::1]:2000")).toBeUndefined();
  });
});
