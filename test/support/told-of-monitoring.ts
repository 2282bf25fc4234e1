/** What others find and do around a model: each act as it is recorded. */
import { HOUR_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { recordCall, type ToldCall } from '../../lib/domain/monitoring/account-call.ts';
import { ACTIVITIES, type ActivityKind, recordActivity } from '../../lib/domain/monitoring/activity.ts';
import { recordHour } from '../../lib/domain/monitoring/capture.ts';
import { recordReview } from '../../lib/domain/monitoring/review.ts';
import { takeReport } from '../../lib/domain/monitoring/take-report.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { aServing, digestOf, NOW } from './approval-case.ts';
import { aPeriod } from './looks.ts';
import { memoryReleaseStore } from './memory-release-store.ts';
import { inAct, recording } from './recorded-acts.ts';
import { anEndpoint, aPointer, inProduction, keptPolicy } from './release-life.ts';
import { aChange } from './release-store.contract.ts';

const { modelName } = inProduction;
const now = () => NOW;

const CAPTURED_ALL = { sampling_percentage: 100, capture_modes: ['Input'] };

/** A call as CloudTrail tells of it. */
export const A_CALL: ToldCall = {
  eventId: '844e2571-85d4-695f-b930-0153b71dcb42',
  call: 'iam:PutRolePolicy',
  resource: 'assay-dev-GovernanceWorkflowSignRecordRole',
  policy: 'more',
  region: 'us-east-1',
  at: NOW,
  caller: { kind: 'AssumedRole', id: 'arn:aws:iam::111122223333:role/Admin', through: '' },
};

/** SageMaker has done one of everything for a model that is governed, and monitors find that it drifts, and that it does not. */
export const tellOfMonitoring = async (): Promise<void> => {
  const memory = memoryReleaseStore();
  await memory.commit(aChange(modelName, []), NOW);
  const store = withinRights('MonitorModels', recording(memory));
  for (const kind of Object.keys(ACTIVITIES) as ActivityKind[]) {
    const status = kind === 'pipeline_execution' ? 'Succeeded' : 'Completed';
    const activity = { kind, arn: kind, status, at: NOW, modelName, details: {} };
    await inAct('monitor-models', () => recordActivity(activity, store, now));
  }
  memory.seed(inProduction, aPointer(), anEndpoint(), keptPolicy);
  for (const violations of [['age'], []]) {
    const execution = {
      kind: 'data_quality' as const,
      ...{ scheduleName: 'hourly', endpointName: 'mortgage', status: 'Completed', arn: `job-${violations.length}` },
      ...{ measuredFrom: plusMilliseconds(NOW, HOUR_MS), measuredUntil: plusMilliseconds(NOW, HOUR_MS), endedAt: NOW },
    };
    const read = async () => ({ violations, quality: undefined, refs: [], problems: [] });
    await inAct('monitor-models', () => takeReport(execution, { store, read, now }));
  }
  const release = {
    ...inProduction,
    serving: { ...aServing(), data_capture: { destination_s3_uri: 's3://captured/all', ...CAPTURED_ALL } },
  };
  memory.seed(release, aPeriod());
  const captured = { objects: 1, bytes: 1, sha256: digestOf('list'), isWhole: true };
  const around = { store, list: async () => captured, now: () => plusMilliseconds(NOW, 2 * HOUR_MS) };
  await inAct('monitor-models', () => recordHour({ release, from: NOW }, around));
  const calls = withinRights('RecordAccountCalls', recording(memory));
  for (const call of ['iam:PutRolePolicy', 'kms:Sign']) {
    const told = { ...A_CALL, call, eventId: A_CALL.eventId.replace(/.$/, String(call.length % 10)) };
    await inAct('record-account-calls', () => recordCall(told, calls, now));
  }
  const actor = { id: 'olga', role: 'operator', auth: 'jwt' };
  const review = { modelName, actor, names: ['olga'], reason: 'nothing was found' };
  for (let time = 1; time <= 2; time += 1) {
    await inAct('recordReview', () => recordReview(review, withinRights('ServeApi', recording(memory)), now));
  }
};
