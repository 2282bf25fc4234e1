import * as z from 'zod';
import type { AuditEvent } from '../../ledger/event.ts';
import { shown } from '../question.ts';
import type { Material, Section } from './section.ts';

/** The checks that say what was done with personal data: before training, and before and after an answer. */
const CHECKS: readonly string[] = [
  'pii_handling_verified',
  'consent_basis_documented',
  'data_retention_policy_compliant',
  'pii_filters_effective',
];

/** Only what this report reads of an event; what is otherwise says nothing here. */
const Evaluated = z.object({
  attestation_sha256: z.string(),
  checks: z.array(z.object({ name: z.string(), status: z.string(), measured: z.string(), threshold: z.string() })),
});
const Pinned = z.object({ data_provenance: z.string() });

/** What each release says was done with personal data, and what the checks made of it. */
export const dataSanitisation = ({ events }: Material, within: (at: string) => boolean): Omit<Section, 'name'> => {
  const provenance = new Map<string, string>();
  const rows = events.flatMap((event) => {
    const pinned = Pinned.safeParse(event.details);
    if (event.event_type === 'evidence_pinned' && pinned.success)
      provenance.set(event.release_id, pinned.data.data_provenance);
    if (event.event_type !== 'stage_evaluated' || !within(event.timestamp)) return [];
    return rowsOf(event, provenance.get(event.release_id) ?? '');
  });
  return {
    title: 'Data sanitisation',
    says: 'What was done with personal data, as the evidence of each release says it, and what the checks made of it. The methods stand in the data provenance, whose digest is here.',
    columns: [
      shown('release_id', 'release'),
      shown('model', 'model'),
      shown('version', 'version'),
      shown('check', 'check'),
      shown('status', 'status'),
      shown('measured', 'methods, as measured'),
      shown('at', 'checked'),
      { ...shown('threshold', 'asked for'), isAside: true },
      { ...shown('data_provenance_sha256', 'SHA-256 of the data provenance'), isAside: true },
      { ...shown('attestation_sha256', 'SHA-256 of the attestation'), isAside: true },
      { ...shown('event', 'chain and number'), isAside: true },
    ],
    rows,
  };
};

const rowsOf = (event: AuditEvent, provenance: string) => {
  const { data } = Evaluated.safeParse(event.details);
  if (data === undefined) return [];
  const found = data.checks.filter(({ name }) => CHECKS.includes(name));
  return found.map(({ name, status, measured, threshold }) => ({
    release_id: event.release_id,
    model: event.model_name,
    version: event.model_version,
    check: name,
    status,
    measured,
    at: event.timestamp,
    threshold,
    data_provenance_sha256: provenance,
    attestation_sha256: data.attestation_sha256,
    event: `${event.model}/${event.seq}`,
  }));
};
