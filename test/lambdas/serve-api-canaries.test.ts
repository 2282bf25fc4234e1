import { beforeEach, describe, expect, it } from 'vitest';
import type { ReverificationClaim } from '../../lib/domain/gate/reverify.ts';
import { anApi, callApi } from '../support/api.ts';
import { digestOf, NOW } from '../support/approval-case.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { approved, checks } from '../support/release-life.ts';

const [one] = checks;
if (one === undefined) throw new Error('there is no check');
const CHECK = one.name;
const ordered: ReverificationClaim[] = [];

let intake: Intake;
beforeEach(() => {
  intake = anIntake();
  ordered.length = 0;
  intake.store.seed(approved, { ...one, releaseId: approved.releaseId });
});
const call = (path: string, body?: unknown, groups = ['operator']) =>
  callApi(
    anApi(intake, { orderReverification: async (claim) => void ordered.push(claim) }),
    path,
    { username: 'olga', groups },
    body,
  );

describe('canaries by the API (CK-12)', () => {
  it('are none before they ran', async () => {
    expect((await call('/canaries')).body).toEqual({ checks: [] });
  });

  it('say of each check whether it can be trusted', async () => {
    const states = {
      [CHECK]: { heldAt: NOW, onGood: 'passed', onBad: 'failed' },
      other: { failingSince: NOW, onGood: 'error', onBad: 'error' },
      old: { heldAt: '2020-01-01T00:00:00.000Z' as typeof NOW, onGood: 'passed', onBad: 'failed' },
    };
    intake.store.seed({ entity: 'canaries', version: 1, ranAt: NOW, checks: states, doubtful: [] });

    expect((await call('/canaries', undefined, ['auditor'])).body).toEqual({
      ran_at: NOW,
      checks: [
        { check: CHECK, status: 'holds', held_at: NOW, on_good: 'passed', on_bad: 'failed' },
        { check: 'other', status: 'fails', failing_since: NOW, on_good: 'error', on_bad: 'error' },
        // The gate does not believe it either.
        { check: 'old', status: 'unproved', held_at: '2020-01-01T00:00:00.000Z', on_good: 'passed', on_bad: 'failed' },
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

  const path = `/releases/${approved.releaseId}/reverifications`;

  it('have a check made again by operators only, of what it can be made again', async () => {
    expect(await call(path, { check: CHECK }, ['auditor'])).toMatchObject({ status: 403 });
    expect(await call(path, {})).toMatchObject({ status: 422, body: { faults: [{ field: 'check' }] } });
    expect(await call('/releases/gone/reverifications', { check: CHECK })).toMatchObject({ status: 404 });
    expect(await call(path, { check: 'attested_by' })).toMatchObject({ status: 404 });
    intake.store.seed({ ...one, name: 'ours', stage: 'custom_checks', releaseId: approved.releaseId });
    expect(await call(path, { check: 'ours' })).toMatchObject({
      status: 409,
      body: { title: 'ReverificationImpossible', detail: expect.stringContaining('is a custom check') },
    });
    expect(ordered).toEqual([]);

    expect(await call(path, { check: CHECK })).toEqual({
      status: 202,
      body: { release_id: approved.releaseId, check: CHECK },
    });
    expect(ordered).toMatchObject([{ releaseId: approved.releaseId, check: CHECK, actor: { id: 'olga' } }]);
  });

  it('show what was made again, which has another time than what was there before the order', async () => {
    expect(await call(path, undefined, ['auditor'])).toMatchObject({ status: 200, body: { reverifications: [] } });
    expect(await call('/releases/gone/reverifications')).toMatchObject({ status: 404 });
    intake.store.seed({
      ...{ entity: 'reverification', version: 1, releaseId: approved.releaseId, check: CHECK, status: 'failed' },
      ...{ statusBefore: 'passed', codeSha256: digestOf('c'), measured: '0.5', explanation: 'counted again' },
      ...{ outcome: 'suspended', at: NOW, by: 'olga' },
    });

    expect((await call(path)).body).toEqual({
      release_id: approved.releaseId,
      reverifications: [
        {
          ...{ check: CHECK, at: NOW, by: 'olga', status_before: 'passed', status: 'failed', measured: '0.5' },
          ...{ explanation: 'counted again', outcome: 'suspended', code_sha256: digestOf('c') },
        },
      ],
    });
    expect((await call(path, { check: CHECK })).body).toMatchObject({ former_at: NOW });
  });
});
