import type * as z from "zod/mini";
import { ApiError } from "../server/api-error.ts";

/** A request to the API that was allowed. */
export interface ApiCall {
  /** The part of the path that names one thing, decoded; empty when the route has none. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** Aborts when the page no longer waits for the answer. */
  readonly signal: AbortSignal;
  /** @throws {ApiError} when the body is not what the schema says */
  readBody<Schema extends z.ZodMiniType>(schema: Schema): Promise<z.output<Schema>>;
}

/** Answers a request with a value that becomes JSON. */
export type ApiRoute = (call: ApiCall) => Promise<unknown>;

/** By method and path; `:id` stands for one part of the path. */
export type ApiRoutes = Readonly<Record<string, ApiRoute>>;

/**
 * Finds the route of a request.
 *
 * @returns `undefined` when there is none
 * @throws {ApiError} when the id in the path is not valid
 */
export function findRoute(
  routes: ApiRoutes,
  method: string,
  pathname: string,
): { readonly route: ApiRoute; readonly id: string } | undefined {
  for (const [name, route] of Object.entries(routes)) {
    const [routeMethod, pattern = ""] = name.split(" ");
    if (routeMethod !== method) continue;
    const [before = "", after] = pattern.split(":id");
    if (after === undefined) {
      if (pathname === pattern) return { route, id: "" };
      continue;
    }
    if (!pathname.startsWith(before) || !pathname.endsWith(after)) continue;
    const id = pathname.slice(before.length, pathname.length - after.length);
    if (id !== "" && !id.includes("/")) return { route, id: decoded(id) };
  }
  return undefined;
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw new ApiError(400, "InvalidRequestError", "the path is not a valid URL path");
  }
}
