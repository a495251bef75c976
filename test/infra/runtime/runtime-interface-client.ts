import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { projectFile, tool } from "../tools.ts";

/** The built poller under AWS's own Lambda runtime interface client, in a separate process. */
export interface RuntimeInterfaceClient extends AsyncDisposable {
  /** Its standard output and standard error. */
  output(): string;
}

/**
 * Starts the client.
 *
 * @param runtimeApi the address of the runtime API
 * @param environment the function's environment variables; Lambda's own are added, no others
 */
export function startRuntimeInterfaceClient(
  runtimeApi: string,
  environment: Readonly<Record<string, string>>,
): RuntimeInterfaceClient {
  const root = projectFile("dist/poller");
  const bin = "runtime-interface-client/node_modules/aws-lambda-ric/bin/index.mjs";
  const child: ChildProcess = spawn(process.execPath, [tool(bin), "index.handler"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      AWS_LAMBDA_RUNTIME_API: runtimeApi,
      LAMBDA_TASK_ROOT: root,
      _HANDLER: "index.handler",
      AWS_LAMBDA_FUNCTION_NAME: "poller",
      AWS_LAMBDA_FUNCTION_VERSION: "1",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_LAMBDA_LOG_FORMAT: "JSON",
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      ...environment,
    },
  });
  const written: string[] = [];
  child.stdout?.on("data", (chunk) => written.push(String(chunk)));
  child.stderr?.on("data", (chunk) => written.push(String(chunk)));
  return {
    output: () => written.join(""),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
