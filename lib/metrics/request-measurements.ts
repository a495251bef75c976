import { counts, type Measurement } from "./measurement.ts";

/** Measures requests between two records of metrics. */
export interface RequestMeasurements {
  /**
   * Notes a request.
   *
   * @param latencyMs until its response was read, or it failed
   * @param status of its response; `undefined`: there was none
   */
  note(latencyMs: number, status: number | undefined): void;
  /** Hands over what was noted since the last time. */
  take(): Measurement[];
}

/** Makes measurements of requests: `HttpLatency`, and a count of each class of status, `Http2xx`, or of `HttpNone`. */
export function createRequestMeasurements(): RequestMeasurements {
  let latencies: Measurement[] = [];
  let classes: string[] = [];
  return {
    note(latencyMs, status) {
      latencies.push({ name: "HttpLatency", unit: "Milliseconds", value: Math.round(latencyMs) });
      classes.push(status === undefined ? "HttpNone" : `Http${Math.floor(status / 100)}xx`);
    },
    take() {
      const taken = [...latencies, ...counts(classes)];
      latencies = [];
      classes = [];
      return taken;
    },
  };
}
