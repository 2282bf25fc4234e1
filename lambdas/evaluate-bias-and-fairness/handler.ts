import { keptTables } from '../../lib/adapters/counting/kept-tables.ts';
import { compareLargeTables, countLargeTable } from '../../lib/adapters/counting/large-table.ts';
import { outcomeSources } from '../../lib/adapters/counting/prediction-tables.ts';
import { tablesOf } from '../../lib/adapters/counting/tables-in-memory.ts';
import { BIAS_AND_FAIRNESS_CANARIES } from '../../lib/domain/canary/bias-and-fairness.ts';
import { requiredColumnsOf } from '../../lib/domain/checks/bias-and-fairness/behaviour-change-within-threshold.ts';
import { BIAS_AND_FAIRNESS } from '../../lib/domain/checks/bias-and-fairness/checks.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { stageStep } from '../../lib/runtime/evaluate-stage.ts';
import { readLiveRelease } from '../../lib/runtime/live-release.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('EvaluateBiasAndFairness', env.TABLE_NAME);
const workspace = {
  workgroup: env.COUNTING_WORKGROUP,
  database: env.COUNTING_DATABASE,
  bucket: env.COUNTING_BUCKET,
  resultLocation: `s3://${env.COUNTING_BUCKET}/results/`,
  accountId: env.ACCOUNT_ID,
};

const JOIN_FACTOR = 8;

export const handler = stageStep({
  known: BIAS_AND_FAIRNESS,
  canaries: BIAS_AND_FAIRNESS_CANARIES,
  canarySources: ({ release, bytes }) => outcomeSources(release, tablesOf(bytes)),
  env,
  sources: (release, used) => {
    const tables = outcomeSources(release, keptTables(env.EVIDENCE_BUCKET));
    const { sizeBytes } = release.pinned.evidence.predictions;
    const kept = { ...release.pinned.evidence.predictions, bucket: env.EVIDENCE_BUCKET };
    const countThere = () => countLargeTable(kept, release.manifest.predictions, workspace);
    const isSmall = (bytes: number) => bytes <= env.COUNTED_HERE_MAX_BYTES;
    return {
      countOutcomes: async () =>
        (isSmall(sizeBytes) ? undefined : await countThere()) ?? (await tables.countOutcomes()),
      behaviour: async (live, asked) => {
        const question = { ...asked, sameColumns: requiredColumnsOf(used) };
        const both = { now: kept, former: { ...live, bucket: env.EVIDENCE_BUCKET } };
        const compareThere = () => compareLargeTables(both, question, workspace);
        // To join two tables takes the memory of one that is so much larger than both.
        const isJoinedHere = isSmall((sizeBytes + live.sizeBytes) * JOIN_FACTOR);
        return (isJoinedHere ? undefined : await compareThere()) ?? (await tables.behaviour(live, question));
      },
      liveRelease: () => readLiveRelease(store, release),
    };
  },
});
