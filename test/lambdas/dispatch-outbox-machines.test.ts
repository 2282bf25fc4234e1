/** The dispatcher judges an intent again before it moves a machine: a row proves nothing by being in the outbox. */
import {
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, it } from 'vitest';
import { resume as resumeExecution } from '../../lambdas/dispatch-outbox/intents/resume-execution.ts';
import { start } from '../../lambdas/dispatch-outbox/intents/start-execution.ts';
import type { Settings } from '../../lambdas/dispatch-outbox/settings.ts';
import type { Intent } from '../../lib/domain/change/change.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { type ApprovalCase, anApprovalCase } from '../support/approval-case.ts';
import { mockClient } from '../support/mock-client.ts';
import { anApprovalOf, approved, inProduction } from '../support/release-life.ts';

const sfn = mockClient(SFNClient);
const machines = Object.fromEntries(
  ['release', 'promotion', 'rollback', 'move', 'rotation'].map((machine) => [machine, `arn:${machine}-machine`]),
);

let scene: ApprovalCase;
beforeEach(async () => {
  sfn.reset();
  sfn.on(StartExecutionCommand).resolves({}).on(SendTaskSuccessCommand).resolves({});
  scene = await anApprovalCase();
});

const store = () => withinRights('DispatchOutbox', scene.store);

type Start = Extract<Intent, { kind: 'start_execution' }>;
const begin = (intent: Omit<Start, 'kind'>) =>
  start({ kind: 'start_execution', ...intent }, { store: store(), settings: { machines } as Settings });
const resumeBy = (id: string) => resumeExecution({ kind: 'resume_execution', requestId: id }, { store: store() });

describe('starting an execution', () => {
  it.each(['release', 'rollback', 'move', 'rotation'] as const)('starts the machine of a %s', async (machine) => {
    await begin({ machine, name: 'n', input: '{}' });

    expect(sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({
      stateMachineArn: `arn:${machine}-machine`,
      name: 'n',
      input: '{}',
    });
  });

  const promote = (attempt: number, changes: object = {}) => {
    const { releaseId } = approved;
    const input = JSON.stringify({ releaseId, attempt });
    return begin({ machine: 'promotion', name: `${releaseId}-${attempt}`, input, ...changes });
  };
  const started = () => sfn.commandCalls(StartExecutionCommand).map(({ args: [{ input }] }) => input.name);

  it('starts the promotion of a release whose record was signed', async () => {
    scene.store.seed({ ...approved, promotionAttempt: 2 });

    await promote(2);

    expect(started()).toEqual([`${approved.releaseId}-2`]);
  });

  it('starts it under the name that its row has, and under no other', async () => {
    scene.store.seed({ ...approved, promotionAttempt: 2, execution: 'of-this-table' });

    await promote(2, { name: 'of-this-table' });

    expect(started()).toEqual(['of-this-table']);
    await expect(promote(2, { name: 'of-another' })).rejects.toThrow('no transaction has noted the promotion');
  });

  it.each([
    ['a later attempt took over', { ...approved, promotionAttempt: 3 }],
    ['the release went on meanwhile', { ...inProduction, promotionAttempt: 2 }],
  ])('starts no promotion when %s', async (_, release) => {
    scene.store.seed(release);

    await promote(2);

    expect(started()).toEqual([]);
  });

  it.each([
    ['there is no such release', undefined],
    ['no record was signed', { ...approved, promotionAttempt: 2, recordSha256: undefined }],
    ['no attempt was noted', approved],
    ['no attempt so late was noted', { ...approved, promotionAttempt: 1 }],
  ])('takes an intent to promote for forged when %s', async (_, release) => {
    if (release !== undefined) scene.store.seed(release as Release);

    await expect(promote(2)).rejects.toMatchObject({ name: 'IntentForged' });

    expect(started()).toEqual([]);
  });

  it.each([{ name: 'another-2' }, { input: '{}' }])(
    'takes it for forged if it names something else: %j',
    async (changes) => {
      scene.store.seed({ ...approved, promotionAttempt: 2 });

      await expect(promote(2, changes)).rejects.toMatchObject({ name: 'IntentForged' });

      expect(started()).toEqual([]);
    },
  );
});

describe('resuming the machine that waits', () => {
  const resume = () => resumeBy(scene.request.requestId);
  const approvals = () =>
    scene.request.requiredRoles.map((role, index) => ({
      ...anApprovalOf(`person-${index}`, role),
      releaseId: scene.release.releaseId,
    }));
  const answer = (status: string, release: Partial<Release> = {}) =>
    scene.store.seed({ ...scene.request, status }, { ...scene.release, ...release });
  const sent = () => sfn.commandCalls(SendTaskSuccessCommand).map(({ args: [{ input }] }) => input);

  it('passes on the decision as one word, with the token from the table', async () => {
    answer('approved');
    scene.store.seed(...approvals());

    await resume();

    expect(sent()).toEqual([{ taskToken: 'task-token', output: '{"outcome":"approved"}' }]);
  });

  it.each(['rejected', 'expired'])('passes on that the request is %s when the release is', async (state) => {
    answer(state, { state });

    await resume();

    expect(sent()).toEqual([{ taskToken: 'task-token', output: `{"outcome":"${state}"}` }]);
  });

  it.each([TaskDoesNotExist, TaskTimedOut, InvalidToken])('is done when its token is dead: %o', async (Dead) => {
    answer('rejected', { state: 'rejected' });
    sfn.on(SendTaskSuccessCommand).rejects(new Dead({ message: 'closed', $metadata: {} }));

    await expect(resume()).resolves.toBeUndefined();
  });

  it.each([
    ['nobody has decided yet', 'pending', {}, 'is pending'],
    ['no approvals bear out that it is approved', 'approved', {}, 'nobody approved as'],
    ['the release is not rejected', 'rejected', {}, 'the release is validated'],
    ['the release is not expired', 'expired', {}, 'the release is validated'],
    ['the release waits for another request', 'rejected', { approvalRequestId: 'apr-other' }, 'is not the request of'],
  ])('takes an intent for forged, and sends nothing, when %s', async (_, status, release, why) => {
    answer(status, release);

    await expect(resume()).rejects.toMatchObject({ name: 'IntentForged', message: expect.stringContaining(why) });

    expect(sent()).toEqual([]);
  });

  it('of a request that is not there is a fault', async () => {
    await expect(resumeBy('nowhere')).rejects.toThrow('could not find nowhere');
  });
});
