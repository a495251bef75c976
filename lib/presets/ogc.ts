import type { Preset } from "./preset.ts";

/**
 * A job of an OGC API Processes server: 201 with the job's `Location`, whatever the job's state is by then; accepted,
 * running; successful; failed, dismissed. The result is at the link whose relation is `results`, or ends so, and else
 * at `/results` of the job. A server may answer an execution at once.
 *
 * @see https://docs.ogc.org/is/18-062r2/18-062r2.html#toc36 (sections 7.11 to 7.13)
 */
export const ogc: Preset = {
  about: "OGC API Processes job",
  source: "https://docs.ogc.org/is/18-062r2/18-062r2.html",
  pending: "status == `201`",
  failure: "contains(['failed', 'dismissed'], lower(body.status || ''))",
  success: "lower(body.status || '') == 'successful'",
  next: "headers.location",
  fetch:
    "step == 'poll' && ((body.links[?ends_with(to_string(rel), 'results')].href | [0]) || join('/', [trim_right(request.path, '/'), 'results']))",
  result: "body",
  error: "body",
};
