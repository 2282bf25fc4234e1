/**
 * Six stages of one release commit to one chain, at the same moment, or within a quarter of a second. How many of the
 * transactions that they send are cancelled and sent again: with one record for the checks of a stage, and with a record
 * for each check as before.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamodbReleaseStore } from '../lib/adapters/dynamodb-release-store.ts';
import type { Change } from '../lib/domain/change/change.ts';
import { StageName } from '../lib/domain/checks/vocabulary.ts';
import { recordStage } from '../lib/domain/gate/stages.ts';
import type { CheckRecord } from '../lib/domain/records/check-record.ts';
import { clientConfig } from '../local/clients.ts';
import { NOW } from '../test/support/approval-case.ts';
import { startAws } from '../test/support/aws.ts';
import { anAttestation, checks, draft, releaseId } from '../test/support/release-life.ts';
import { aChange } from '../test/support/release-store.contract.ts';
import { printRatio, rounds, roundsAsked, timing } from './rounds.ts';

const PARALLEL = StageName.options.filter((stage) => stage !== 'risk_classification');
/** As many checks as all stages together may have: forty of ours, and fifty custom ones. */
const COUNTS = { custom_checks: 50, others: 8 };
const RELEASES = 10;

const aws = await startAws('bench-stage-commits');
await aws.makeTable('releases');
const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(aws.awsEndpoint)), {
  marshallOptions: { removeUndefinedValues: true },
});
let sent = 0;
client.middlewareStack.add(
  (next, { commandName }) =>
    (args) => {
      if (commandName === 'TransactWriteItemsCommand') sent += 1;
      return next(args);
    },
  { step: 'initialize' },
);
const store = dynamodbReleaseStore('releases', client);
const [check] = checks;
if (check === undefined) throw new Error('there is no check');

/** The same moments in every run: each share is the last one times a constant, modulo a prime (Lehmer). */
let seed = 1;
const nextShare = (): number => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647;
};

type Form = (change: Change, checks: readonly CheckRecord[]) => Change;
const byStage: Form = (change) => change;
const byCheck: Form = (change, found) => ({
  ...change,
  writes: [
    ...change.writes.filter(({ entity }) => entity.entity !== 'stage_checks'),
    ...found.map((entity) => ({ kind: 'create' as const, entity })),
  ],
});

let releases = 0;
/** The share of transactions, in percent, that were sent and cancelled. */
const lost = async (form: Form, withinMs: number): Promise<number> => {
  let committed = 0;
  sent = 0;
  for (let count = 0; count < RELEASES; count += 1) {
    releases += 1;
    const id = releaseId(`release-${releases}`);
    const release = { ...draft, version: 0, releaseId: id, modelName: `model-${releases}` as typeof draft.modelName };
    const seeded = { ...aChange(release.modelName, [{ kind: 'create', entity: release }]), model: release.modelName };
    await store.commit(seeded, NOW);
    sent -= 1;
    const change = (stage: StageName): Change => {
      const size = stage === 'custom_checks' ? COUNTS.custom_checks : COUNTS.others;
      const found = Array.from({ length: size }, (_, index) => ({
        ...check,
        version: 0,
        releaseId: id,
        stage,
        name: `check_${index}`,
      }));
      const attestation = { ...anAttestation(stage), version: 0, releaseId: id };
      const whole = recordStage({ ...release, version: 1 }, { stage, checks: found, attestation, outcomes: undefined });
      return form(whole, found);
    };
    await Promise.all(
      PARALLEL.map(async (stage) => {
        const changed = change(stage);
        if (withinMs > 0) await new Promise((resolve) => setTimeout(resolve, nextShare() * withinMs));
        await store.commit(changed, NOW);
      }),
    );
    committed += PARALLEL.length;
  }
  return (100 * (sent - committed)) / sent;
};

const [stage, each] = ['one record for a stage', 'a record for each check'] as const;
const compare = async (title: string, withinMs: number): Promise<void> => {
  const shares = await rounds(roundsAsked(7), [
    { name: stage, run: () => lost(byStage, withinMs) },
    { name: each, run: () => lost(byCheck, withinMs) },
  ]);
  console.log(title);
  for (const [name, values] of Object.entries(shares)) {
    const { min, median, max } = timing(values);
    console.log(`  ${name}: ${median.toFixed(1)} % of its transactions lost (${min.toFixed(1)}–${max.toFixed(1)})`);
  }
  printRatio(shares, stage, each, '≤ 1');
};

try {
  await compare('six stages at the same moment', 0);
  await compare('six stages within a quarter of a second', 250);
} finally {
  await aws.stop();
}
