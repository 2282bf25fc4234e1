import { beforeEach, describe, expect, it } from 'vitest';
import type { AnsweredRenewal, AskForRenewal } from '../../lib/adapters/lambda-renewal.ts';
import { Release } from '../../lib/domain/release/release.ts';
import { daysBefore, serving } from '../support/a-renewal.ts';
import { anApi, callApi } from '../support/api.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { APPROVED_UNTIL, aPointer, MODEL, releaseId } from '../support/release-life.ts';

const ANSWER: AnsweredRenewal = {
  outcome: 'refused',
  reasons: [{ rule: 'input_changed', evidence: 'policy', explanation: 'the policy has changed' }],
  compared: [{ input: 'policy', before: 'a', now: 'b' }],
  approvedUntil: APPROVED_UNTIL,
  approvedUntilBefore: APPROVED_UNTIL,
};
let intake: Intake;
let asked: Parameters<AskForRenewal>[0][];
beforeEach(() => {
  intake = anIntake();
  asked = [];
});
const call = (path: string, body?: object, groups = ['operator'], now = daysBefore(10)) =>
  callApi(
    anApi(intake, {
      now: () => now,
      renewal: async (claim) => {
        asked.push(claim);
        return claim.act === 'look' ? { ...ANSWER, outcome: 'renewable' } : ANSWER;
      },
    }),
    path,
    { username: 'olga', groups },
    body,
  );

describe('the approvals that end (EX-4)', () => {
  it('are those of what serves, the first end first, a hundred at a time', async () => {
    const many = Array.from({ length: 150 }, (_, index) => ({
      ...serving,
      releaseId: releaseId(`r-${String(index).padStart(3, '0')}`),
      approvedUntil: daysBefore(20 - index / 10),
    }));
    intake.store.seed(...many, { ...serving, approvedUntil: daysBefore(-30) });

    const { body } = await call('/expiring', undefined, ['auditor'], daysBefore(15));
    const { approvals, next } = body as { approvals: { release_id: string; status: string }[]; next: string };
    expect(approvals).toHaveLength(100);
    expect(approvals[0]).toMatchObject({
      ...{ release_id: 'r-000', model_name: MODEL, endpoint: 'mortgage', status: 'expired' },
      approved_until: daysBefore(20),
    });
    expect(approvals.at(-1)).toMatchObject({ status: 'expiring' });
    const rest = await call(`/expiring?after=${encodeURIComponent(next)}`, undefined, ['auditor'], daysBefore(15));
    expect(rest.body).toMatchObject({ approvals: { length: 50 } });
    expect(rest.body).not.toHaveProperty('next');
  });
});

describe('a renewal by the API (EX-2)', () => {
  it('is asked for by operators, of a release or of what serves of a model', async () => {
    intake.store.seed(serving, aPointer());

    expect(await call(`/releases/${serving.releaseId}/renewal`, {})).toMatchObject({
      status: 200,
      body: { outcome: 'refused', reasons: [{ rule: 'input_changed' }], compared: [{ input: 'policy' }] },
    });
    expect(await call(`/releases/${MODEL}/renewal/preview`, {})).toMatchObject({ body: { outcome: 'renewable' } });
    expect(asked).toMatchObject([
      { releaseId: serving.releaseId, act: 'renew', actor: { role: 'operator' } },
      { releaseId: serving.releaseId, act: 'look' },
    ]);
  });

  it('is none of a release that has no approval that ends, which the Lambda that renews is not asked about', async () => {
    const { approvedUntil: _, ...waiting } = serving;
    intake.store.seed(Release.parse({ ...waiting, state: 'validated' }));

    const { status, body } = await call(`/releases/${serving.releaseId}/renewal/preview`, {});

    expect([status, body]).toMatchObject([422, { title: 'RenewalImpossible' }]);
    expect(asked).toEqual([]);
  });

  it('is none of those who only read, or of what is not there', async () => {
    expect(await call(`/releases/${serving.releaseId}/renewal`, {}, ['auditor'])).toMatchObject({ status: 403 });
    expect(await call('/releases/gone/renewal', {})).toMatchObject({ status: 404 });
    expect(asked).toEqual([]);
  });
});
