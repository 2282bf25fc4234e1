import * as z from 'zod';
import { Instant, ReleaseId, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';

/** What a check says of a release that it judged before, by the code of today. There is one for each check: the last. */
export const Reverification = stored({
  entity: z.literal('reverification'),
  version: z.int().min(0),
  releaseId: ReleaseId,
  check: z.string().min(1).max(64),
  status: Word,
  statusBefore: Word,
  codeSha256: Sha256,
  measured: z.string().max(200).optional(),
  explanation: z.string().max(400).optional(),
  /** What followed for the approval: `holds`, `suspended` or `reinstated`. */
  outcome: Word.optional(),
  at: Instant,
  by: z.string().min(1).max(2048),
});
export type Reverification = z.infer<typeof Reverification>;
export const reverificationKind = defineKind(Reverification, {
  partition: 'REVERIFICATIONS',
  of: ['releaseId'],
  sort: 'REVERIFICATION',
  by: ['check'],
});
