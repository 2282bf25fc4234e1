import * as z from 'zod';
import { fitsRef } from '../../release/ref-pattern.ts';
import { defineCheck } from '../check.ts';
import { finding, shown } from '../finding.ts';

/** A ref by its full name. `*` stands for anything but a slash. */
const RefPattern = z
  .string()
  .max(256)
  .regex(/^refs\/(heads|tags)\/[^\s\p{C}]+$/u, 'must be refs/heads/NAME or refs/tags/NAME, with * for any part of it');

/** Establishes that a release comes from a branch or tag that the policy allows, and not from an experiment. */
export const gitRefAllowed = defineCheck({
  name: 'git_ref_allowed',
  stage: 'security_review',
  knownBy: 'attested',
  reads: ['manifest'],
  parameters: z.strictObject({
    allowed_refs: z.array(RefPattern).min(1).max(50).default(['refs/heads/main', 'refs/tags/v*']),
  }),
  judge: ({ manifest: { git_ref: ref, git_commit: commit } }, { allowed_refs: allowed }) => {
    const threshold = `one of ${allowed.join(', ')}`;
    const conclude = (status: 'passed' | 'failed' | 'not_provided', explanation: string) => ({
      ...finding(status, shown(ref ?? 'nothing'), threshold, explanation),
      evidenceSha256: '' as const,
    });
    if (ref === undefined)
      return conclude('not_provided', `The manifest names no git_ref of commit ${commit}. Add it.`);
    return allowed.some((pattern) => fitsRef(ref, pattern))
      ? conclude('passed', `Commit ${commit} is released from ${shown(ref)}.`)
      : conclude(
          'failed',
          `The release comes from ${shown(ref)}, not from ${threshold}. Merge it there, and release from there.`,
        );
  },
});
