import { createHandler } from "request-poller/poller";

export const handler = createHandler({
  presets: {
    "print-shop": {
      failure: "body.state == 'jammed'",
      success: "body.state == 'printed'",
      next: "headers.location",
      result: "body.pages",
      error: "body.reason",
    },
  },
});
