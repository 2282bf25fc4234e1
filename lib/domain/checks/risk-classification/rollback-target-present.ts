import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { conclude, finding, sayUnless, sentences } from '../finding.ts';
import { wayBackProblems, wayBackSentence } from '../way-back.ts';

const THRESHOLD = 'a release in production with a signed record to roll back to, and a way back that is open';

/** Establishes that there is a release to roll back to, and that the way back is open, before a new one goes ahead. */
export const rollbackTargetPresent = defineCheck({
  name: 'rollback_target_present',
  stage: 'risk_classification',
  knownBy: 'verified',
  reads: ['liveRelease', 'wayBack'],
  parameters: z.strictObject({
    /** Whether the first release of a model may pass: it has no release to roll back to, and can be taken back to nothing. */
    allow_first_release: z.boolean().default(true),
  }),
  judge: ({ liveRelease: live, wayBack }, { allow_first_release: allowFirst }) => {
    if (live === undefined || wayBack === undefined) {
      const explanation = allowFirst
        ? 'No release of this model is in production, so none serves again if this one is rolled back. It can be taken back to nothing: then its endpoint is deleted, and nothing serves.'
        : 'No release of this model is in production, so there is none to roll back to. Release a fallback first.';
      const status = allowFirst ? 'passed' : 'not_provided';
      return { ...finding(status, 'none in production', THRESHOLD, explanation), evidenceSha256: '' };
    }
    const verdict = conclude(
      THRESHOLD,
      live.releaseId,
      sentences([
        `If this release is rolled back, ${live.releaseId} (${live.modelVersion}) serves again, approved until ${live.approvedUntil}.`,
        wayBackSentence(wayBack),
      ]),
      [
        ...sayUnless(live.state === 'production', `${live.releaseId} is ${live.state}, not in production.`),
        ...sayUnless(live.hasRecord, `${live.releaseId} has no signed governance record.`),
        ...wayBackProblems(wayBack),
      ],
    );
    return { ...verdict, evidenceSha256: live.artifactSha256 };
  },
});
