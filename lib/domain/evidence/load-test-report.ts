import * as z from 'zod';
import { Sha256 } from '../identifiers.ts';
import { readDocument } from './documents/document.ts';

export const LOAD_TEST_REPORT_MAX_BYTES = 262_144;

const Count = z.int().min(0);
const Milliseconds = z.number().min(0);

/** How the served model behaves under load like that of production (docs/formats/further-evidence.md). */
export const LoadTestReport = z.object({
  schema_version: z.literal(1),
  artifact_sha256: Sha256,
  requests: Count,
  errors: Count,
  duration_seconds: z.number().positive(),
  concurrency: z.int().min(1).optional(),
  latency_ms: z.object({ p50: Milliseconds, p95: Milliseconds, p99: Milliseconds }),
});
export type LoadTestReport = z.infer<typeof LoadTestReport>;

/** Establishes that bytes are a load test report. */
export const parseLoadTestReport = (bytes: Uint8Array): LoadTestReport =>
  readDocument(LoadTestReport, bytes, LOAD_TEST_REPORT_MAX_BYTES, 'load test report');
