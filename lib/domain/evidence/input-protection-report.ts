import * as z from 'zod';
import { ModelName } from '../identifiers.ts';
import { readDocument } from './documents/document.ts';

export const INPUT_PROTECTION_REPORT_MAX_BYTES = 1_048_576;

const Text = z.string().min(1);

/** What must not get through, in requests or in answers. */
export const ProtectedCategory = z.enum([
  'email',
  'phone',
  'national_id',
  'payment_card',
  'bank_account',
  'name_and_address',
  'health',
  'prompt_injection',
  'hate',
  'violence',
  'sexual',
  'self_harm',
]);
export type ProtectedCategory = z.infer<typeof ProtectedCategory>;

const Treatment = z.enum(['blocked', 'redacted', 'passed']);

/**
 * One probe that was sent through a filter. The probe itself is not in the file, because it may look like personal
 * data.
 */
const Probe = z.object({
  id: Text,
  category: ProtectedCategory,
  direction: z.enum(['input', 'output']),
  summary: Text,
  expected: Treatment,
  observed: Treatment,
});

/** Whether personal data and harmful content are kept out of requests and answers (docs/formats/further-evidence.md). */
export const InputProtectionReport = z.object({
  schema_version: z.literal(1),
  endpoint_name: ModelName,
  probes: z.array(Probe),
});
export type InputProtectionReport = z.infer<typeof InputProtectionReport>;

/** Establishes that bytes are an input protection report. */
export const parseInputProtectionReport = (bytes: Uint8Array): InputProtectionReport =>
  readDocument(InputProtectionReport, bytes, INPUT_PROTECTION_REPORT_MAX_BYTES, 'input protection report');
