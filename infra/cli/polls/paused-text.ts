/** Says that a stack is paused, wherever polls are shown that wait. @param name of the stack, for people */
export function pausedText(name: string): string {
  return `${name} is paused, so that no poll is asked: "request-poller resume" goes on`;
}

/** @param name of the stack, for people */
export function resumedText(name: string): string {
  return `${name} goes on`;
}
