import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { conclude, judgeFurther, listed, sayUnless, shown } from '../finding.ts';
import { trainingProblems } from './judge-training.ts';

/**
 * Establishes that the provenance, which the builder writes and not the submitter, names the same artifact, data and
 * commit as the manifest. Its signature is not verified here.
 */
export const trainingProvenanceConsistent = defineCheck({
  name: 'training_provenance_consistent',
  stage: 'data_provenance',
  knownBy: 'attested',
  reads: ['manifest', 'trainingProvenance'],
  parameters: z.strictObject({
    /** The accepted builders, by the id in the provenance. An empty list accepts any. */
    accepted_builders: z.array(z.string().min(1).max(512)).max(50).default([]),
  }),
  judge: ({ manifest, trainingProvenance }, { accepted_builders: accepted }) => {
    const builders = accepted.length === 0 ? 'any builder' : `a builder among ${listed(accepted)}`;
    const threshold = `the artifact, the data and the commit of the manifest, by ${builders}`;
    const subject = { name: 'training provenance', field: 'training_provenance', threshold } as const;
    return judgeFurther(trainingProvenance, subject, (facts) => {
      const { builder = '(not named)', format, gitCommits: commits } = facts;
      return conclude(
        threshold,
        shown(builder),
        `According to ${format} from ${shown(builder)}, the artifact was built from commit ${manifest.git_commit} and the training data of the manifest.`,
        [
          ...trainingProblems('training provenance', facts, manifest),
          ...sayUnless(
            commits.includes(manifest.git_commit),
            `The training provenance names commit ${listed(commits) || '(none)'}; the manifest gives ${manifest.git_commit}.`,
          ),
          ...sayUnless(
            accepted.length === 0 || accepted.includes(builder),
            `The policy accepts ${listed(accepted)} as builders, not ${shown(builder)}. Train with an accepted builder.`,
          ),
        ],
      );
    });
  },
});
