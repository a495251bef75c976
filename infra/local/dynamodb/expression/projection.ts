import { createParser, type Path } from "./reader.ts";

/** Parses the paths of a projection: `pollId, outcome.status, steps[0]`. */
export const parseProjection = createParser<readonly Path[]>("ProjectionExpression", (reader) =>
  reader.list(() => reader.path()),
);
