import * as z from 'zod';
import { Sha256 } from '../identifiers.ts';
import { stored, Word } from '../stored.ts';
import type { CheckRecord } from './check-record.ts';

/**
 * The part of a check that is signed: in the attestation of its stage, in the digest that people approve, and in the
 * governance record.
 */
export const SignedCheck = stored({
  stage: Word,
  name: z.string(),
  mode: Word,
  status: Word,
  measured: z.string(),
  threshold: z.string(),
  details: z.string(),
  evidence_sha256: z.string(),
  /** Left out of checks of former versions, so that their digests stay as they are. */
  known_by: z.exactOptional(Word),
  code_sha256: Sha256,
});
export type SignedCheck = z.infer<typeof SignedCheck>;

export const signedCheck = (check: CheckRecord): SignedCheck => ({
  stage: check.stage,
  name: check.name,
  mode: check.mode,
  status: check.status,
  measured: check.measured,
  threshold: check.threshold,
  details: check.explanation,
  evidence_sha256: check.evidenceSha256,
  ...(check.knownBy === undefined ? {} : { known_by: check.knownBy }),
  code_sha256: check.codeSha256,
});

/** Sorts checks by stage and name, so that a digest over them does not depend on the order in which they were read. */
export const inOrder = (checks: readonly CheckRecord[]): CheckRecord[] =>
  checks.toSorted((a, b) => compare(`${a.stage}/${a.name}`, `${b.stage}/${b.name}`));

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
