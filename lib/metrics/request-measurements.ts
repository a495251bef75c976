import { counts, type Measurement } from "./measurement.ts";

/** Measures the requests between two lines of metrics. */
export interface RequestMeasurements {
  /**
   * Notes a request.
   *
   * @param latencyMs the time until its response was read, or it failed
   * @param status the status of its response; `undefined` when there was none
   */
  note(latencyMs: number, status: number | undefined): void;
  /** Returns the measurements since the last call. */
  take(): Measurement[];
}

/** Makes request measurements: `HttpLatency`, and counts per class of status (`Http2xx` and so on, or `HttpNone`). */
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
