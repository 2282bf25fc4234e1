import { beforeEach, describe, expect, it } from 'vitest';
import type { JudgeAgain } from '../../lib/domain/gate/reverify.ts';
import { anApi, callApi } from '../support/api.ts';
import { digestOf, NOW } from '../support/approval-case.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { approved, checks } from '../support/release-life.ts';

const [one] = checks;
if (one === undefined) throw new Error('there is no check');
const CHECK = one.name;
const judgeAgain: JudgeAgain = async () => ({
  ...{ status: 'failed', measured: '0.5', threshold: '0.8', explanation: 'counted again', codeSha256: digestOf('c') },
});

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
  intake.store.seed(approved, { ...one, releaseId: approved.releaseId });
});
const call = (path: string, body?: unknown, groups = ['operator']) =>
  callApi(anApi(intake, { judgeAgain }), path, { username: 'olga', groups }, body);

describe('canaries by the API (CK-12)', () => {
  it('are none before they ran', async () => {
    expect((await call('/canaries')).body).toEqual({ checks: [] });
  });

  it('say of each check whether it can be trusted', async () => {
    const states = {
      [CHECK]: { heldAt: NOW, onGood: 'passed', onBad: 'failed' },
      other: { failingSince: NOW, onGood: 'error', onBad: 'error' },
    };
    intake.store.seed({ entity: 'canaries', version: 1, ranAt: NOW, checks: states, doubtful: [] });

    expect((await call('/canaries', undefined, ['auditor'])).body).toEqual({
      ran_at: NOW,
      checks: [
        { check: CHECK, status: 'holds', held_at: NOW, on_good: 'passed', on_bad: 'failed' },
        { check: 'other', status: 'fails', failing_since: NOW, on_good: 'error', on_bad: 'error' },
      ],
    });
  });

  it('list what a check judged that was approved in a period', async () => {
    const judged = async (check: string, from: string) =>
      (await call(`/canaries/${check}/releases?from=${from}&until=2099-01-01`)).body;

    expect(await judged(CHECK, '2000-01-01')).toMatchObject({
      releases: [{ release_id: approved.releaseId, state: 'approved', status: 'passed', judged_at: one.timestamp }],
    });
    expect(await judged('other', '2000-01-01')).toMatchObject({ releases: [] });
    expect(await judged(CHECK, '2098-01-01')).toMatchObject({ releases: [] });
    expect(await call(`/canaries/${CHECK}/releases`)).toMatchObject({ status: 422 });
    expect(await call('/canaries/No%20check/releases?from=2000-01-01&until=2099-01-01')).toMatchObject({ status: 404 });
  });

  it('have a check made again by operators only, and say what followed', async () => {
    const path = `/releases/${approved.releaseId}/reverifications`;

    expect(await call(path, { check: CHECK }, ['auditor'])).toMatchObject({ status: 403 });
    expect(await call(path, {})).toMatchObject({ status: 422, body: { faults: [{ field: 'check' }] } });
    expect(await call('/releases/gone/reverifications', { check: CHECK })).toMatchObject({ status: 404 });
    expect(await call(path, { check: CHECK })).toMatchObject({
      status: 200,
      body: { check: CHECK, status_before: 'passed', status: 'failed', outcome: 'suspended' },
    });
    expect((await intake.store.events(approved.modelName)).at(-1)?.event).toMatchObject({
      event_type: 'check_reverified',
      actor_id: 'olga',
    });
  });
});
