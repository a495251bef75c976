import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { atTheEnd } from "./at-the-end.ts";
import { CHILD_ENVIRONMENT } from "./child-environment.ts";

const MAIN = join(import.meta.dirname, "../../infra/cli/main.ts");

export interface Ended {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** The output so far. */
  output(): { readonly stdout: string; readonly stderr: string };
  /** Waits until stdout matches. Rejects when the command ends first. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Starts the real command line as a child process, which is killed after the tests of the file. */
export function startCli(
  args: readonly string[],
  input = "",
  environment: Readonly<Record<string, string>> = {},
): RunningCli {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: {
      ...CHILD_ENVIRONMENT,
      PATH: process.env.PATH,
      AWS_EC2_METADATA_DISABLED: "true",
      ...environment,
    },
  });
  atTheEnd(() => void child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  child.stdin.on("error", () => undefined).end(input);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve({ code, stdout, stderr }));
  });
  return {
    process: child,
    ended,
    output: () => ({ stdout, stderr }),
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(stdout);
          if (match !== null) resolve(match);
        };
        child.stdout.on("data", look);
        look();
        ended.then(() => reject(new Error(`ended without ${pattern}: ${stdout}${stderr}`)), reject);
      }),
  };
}

/** Runs the real command line to its end. */
export function runCli(
  args: readonly string[],
  input?: string,
  environment?: Readonly<Record<string, string>>,
): Promise<Ended> {
  return startCli(args, input, environment).ended;
}

/** Starts a server on loopback, which is closed after the tests of the file. @returns its origin */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  atTheEnd(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on a port");
  return `http://127.0.0.1:${address.port}`;
}
