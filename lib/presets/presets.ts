import { adobePdf } from "./adobe-pdf.ts";
import { anthropicBatch } from "./anthropic-batch.ts";
import { apify } from "./apify.ts";
import { assemblyai } from "./assemblyai.ts";
import { azureLro } from "./azure-lro.ts";
import { bfl } from "./bfl.ts";
import { bigqueryJob } from "./bigquery-job.ts";
import { brightdata } from "./brightdata.ts";
import { databricksRun } from "./databricks-run.ts";
import { databricksStatement } from "./databricks-statement.ts";
import { elasticsearch } from "./elasticsearch.ts";
import { fabricLro } from "./fabric-lro.ts";
import { fal } from "./fal.ts";
import { gcpCompute } from "./gcp-compute.ts";
import { githubRun } from "./github-run.ts";
import { googleLro } from "./google-lro.ts";
import { graphLro } from "./graph-lro.ts";
import { httpAsync } from "./http-async.ts";
import { metaInsights } from "./meta-insights.ts";
import { ogc } from "./ogc.ts";
import { openaiBatch } from "./openai-batch.ts";
import { openaiResponse } from "./openai-response.ts";
import type { Preset } from "./preset.ts";
import { replicate } from "./replicate.ts";
import { runway } from "./runway.ts";
import { salesforceBulk } from "./salesforce-bulk.ts";
import { shopify } from "./shopify.ts";
import { snowflake } from "./snowflake.ts";
import { spApiReport } from "./sp-api-report.ts";
import { stability } from "./stability.ts";
import { stripe } from "./stripe.ts";

/** All presets by name, except `http`, which is not an object of expressions. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  "http-async": httpAsync,
  "azure-lro": azureLro,
  "fabric-lro": fabricLro,
  "graph-lro": graphLro,
  "google-lro": googleLro,
  "gcp-compute": gcpCompute,
  "bigquery-job": bigqueryJob,
  "openai-batch": openaiBatch,
  "openai-response": openaiResponse,
  "anthropic-batch": anthropicBatch,
  replicate,
  fal,
  runway,
  bfl,
  assemblyai,
  stability,
  snowflake,
  "databricks-statement": databricksStatement,
  "databricks-run": databricksRun,
  "salesforce-bulk": salesforceBulk,
  shopify,
  "sp-api-report": spApiReport,
  "meta-insights": metaInsights,
  "adobe-pdf": adobePdf,
  elasticsearch,
  ogc,
  "github-run": githubRun,
  apify,
  brightdata,
  stripe,
};
