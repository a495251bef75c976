import { useEffect, useState } from "preact/hooks";
import { consoleNow } from "../api/console-clock.ts";

/** The console's time, which goes on while the component is shown. @param everyMs how often */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(consoleNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(consoleNow()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
