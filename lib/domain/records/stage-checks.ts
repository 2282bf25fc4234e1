import * as z from 'zod';
import { ReleaseId } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';
import { CheckRecord } from './check-record.ts';

const { name, mode, status, passed, measured, threshold, explanation, evidenceSha256, knownBy, codeSha256, timestamp } =
  CheckRecord.shape;

/**
 * What all checks of one stage found: one record, because a transaction must not grow with the checks that a policy has.
 * Earlier versions stored a `CheckRecord` for each.
 */
export const StageChecks = stored({
  entity: z.literal('stage_checks'),
  version: z.int().min(0),
  releaseId: ReleaseId,
  stage: Word,
  checks: z.array(
    stored({
      name,
      mode,
      status,
      passed,
      measured,
      threshold,
      explanation,
      evidenceSha256,
      knownBy,
      codeSha256,
      timestamp,
    }),
  ),
});
export type StageChecks = z.infer<typeof StageChecks>;
export const stageChecksKind = defineKind(StageChecks, {
  partition: 'CHECKS',
  of: ['releaseId'],
  sort: 'CHECKS',
  by: ['stage'],
});

export const stageChecks = (releaseId: ReleaseId, stage: string, checks: readonly CheckRecord[]): StageChecks => ({
  entity: 'stage_checks',
  version: 0,
  releaseId,
  stage,
  checks: checks.map(({ entity: _, version: __, releaseId: ___, stage: ____, ...found }) => found),
});

/** The checks of a stage, each as if it had been stored by itself. */
export const checksIn = ({ version, releaseId, stage, checks }: StageChecks): CheckRecord[] =>
  checks.map((found) => ({ entity: 'check', version, releaseId, stage, ...found }));
