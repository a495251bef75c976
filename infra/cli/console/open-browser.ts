import { spawn } from "node:child_process";

/** What opens a URL on each system. */
const OPENERS: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/**
 * Opens an address in the user's browser.
 *
 * @param onProblem called when no browser can be started
 */
export function openBrowser(address: string, onProblem: (problem: string) => void): void {
  const [command, ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  const opener = spawn(command, [...args, address], { stdio: "ignore", detached: true });
  opener.once("error", ({ message }) => onProblem(`no browser was opened: ${message}`));
  opener.unref();
}
