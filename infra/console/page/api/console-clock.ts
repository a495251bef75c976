/** By how much the console's clock is ahead of the browser's. */
let aheadMs = 0;

/** The time by the console's clock, in epoch ms: all times of polls are compared with that one. */
export function consoleNow(): number {
  return Date.now() + aheadMs;
}

/** Sets the console's clock by what an answer says; `null`: it says nothing. @param said in epoch ms */
export function setConsoleClock(said: string | null): void {
  const time = Number(said ?? Number.NaN);
  if (Number.isFinite(time)) aheadMs = time - Date.now();
}
