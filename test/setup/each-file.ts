// Vitest evaluates this module again for each file, but what it imports only once per process.
import { afterAll } from "vitest";
import { cleanUp } from "../support/at-the-end.ts";
import "./loopback-only.ts";

afterAll(cleanUp);
