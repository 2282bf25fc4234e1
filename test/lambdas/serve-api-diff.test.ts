import { describe, expect, it } from 'vitest';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import { inOrder } from '../../lib/domain/records/signed-check.ts';
import { anApi, claimsOf } from '../support/api.ts';
import { digestOf } from '../support/approval-case.ts';
import { everyKind } from '../support/every-kind.ts';
import { anIntake } from '../support/intake.ts';
import { A_REPORT, keptEvidence, pinnedTo } from '../support/kept-evidence.ts';
import { anApprovalOf, checks, draft, inProduction, policy, releaseId, superseded } from '../support/release-life.ts';

const EVIDENCE = new Map<ReturnType<typeof digestOf>, unknown>([
  [digestOf('old report'), A_REPORT],
  [digestOf('new report'), { ...A_REPORT, metrics: { auc: 0.81 } }],
  [digestOf('old card'), { owner: 'us', known_limitations: ['old data'] }],
  [digestOf('new card'), { owner: 'us', known_limitations: [] }],
]);

const asked = async (path: string, readKept = keptEvidence(EVIDENCE), further: readonly Entity[] = []) => {
  const intake = anIntake();
  intake.store.seed(
    pinnedTo(superseded, digestOf('old report'), digestOf('old card')),
    pinnedTo(inProduction, digestOf('new report'), digestOf('new card')),
    { ...draft, releaseId: releaseId('mortgage-1-1-0-draft') },
    ...checks,
    ...further,
    anApprovalOf('ada', 'ml_lead'),
    { entity: 'policy', version: 1, policySha256: inProduction.policySha256, policy, firstSeenAt: intake.now() },
  );
  const auditor = claimsOf({ sub: 'sub-1', groups: ['auditor'] });
  const response = await anApi(intake, { readKept }).request(`/v1/releases/${path}`, {}, auditor);
  return { status: response.status, body: await response.json() };
};

describe('GET /v1/releases/{a}/diff/{b} (RR-11)', () => {
  it('tells what changed, section by section', async () => {
    const { status, body } = await asked('mortgage-1-1-0/diff/mortgage-1-2-0');

    expect(status).toBe(200);
    expect(body).toMatchObject({
      before: { release_id: 'mortgage-1-1-0', state: 'superseded' },
      after: { release_id: 'mortgage-1-2-0', state: 'production' },
      differences: {
        fields: expect.arrayContaining([{ subject: 'model_version', before: '1.1.0', after: '1.2.0' }]),
        metrics: [{ subject: 'auc', before: '0.83', after: '0.81', delta: '-0.02' }],
        card: [{ subject: 'known_limitations', before: 'old data', after: '' }],
        checks: inOrder(checks).map(({ name }) => expect.objectContaining({ subject: name, before: '' })),
        policy: [],
        approvals: [{ subject: 'ml_lead', before: '', after: 'approve by ada' }],
      },
      not_compared: [],
    });
  });

  it('has the decisions that changed where they were compared with that very release', async () => {
    const decisions = { stayedYes: 1010, stayedNo: 89, yesToNo: 32, noToYes: 59 };
    const compared = {
      ...everyKind(inProduction).behaviour.record,
      releaseId: inProduction.releaseId,
      liveReleaseId: superseded.releaseId,
      all: decisions,
      groups: [{ attribute: 'race', value: 'a', ...decisions, yesToNo: 0, noToYes: 0 }],
      undecided: 3,
      live: { ...decisions, rows: 1200, undecided: 3, contradicted: 2 },
      liveGroups: [{ attribute: 'race', value: 'b', ...decisions, rows: 1200, undecided: 3, contradicted: 2 }],
      liveGroupsLeftOut: 0,
    };

    const { body } = await asked('mortgage-1-1-0/diff/mortgage-1-2-0', undefined, [compared]);
    const other = { ...compared, liveReleaseId: releaseId('mortgage-1-0-0') };
    const { undecided: _, live: __, liveGroups: ___, ...earlier } = compared;
    const { body: old } = await asked('mortgage-1-1-0/diff/mortgage-1-2-0', undefined, [earlier]);
    const { body: without } = await asked('mortgage-1-1-0/diff/mortgage-1-2-0', undefined, [other]);

    const stayed = { stayed_yes: 1010, stayed_no: 89 };
    expect(body).toMatchObject({
      behaviour: {
        rows: { before: 2, after: 2, common: 2, undecided: 3, contradicted: 0 },
        all: { ...stayed, yes_to_no: 32, no_to_yes: 59 },
        groups: [{ attribute: 'race', value: 'a', ...stayed }],
        before: { ...stayed, rows: 1200, undecided: 3, contradicted: 2 },
        groups_before: [{ attribute: 'race', value: 'b', ...stayed, rows: 1200, undecided: 3, contradicted: 2 }],
      },
    });
    expect(old).toMatchObject({ behaviour: { rows: { common: 2 }, groups_before: [] } });
    expect(old).not.toMatchObject({ behaviour: { before: expect.anything() } });
    expect(without).not.toHaveProperty('behaviour');
  });

  it('says what it could not compare, instead of calling it the same', async () => {
    const unreadable = new Map([...EVIDENCE, [digestOf('new card'), { runs: [] }]]);

    const { body } = await asked('mortgage-1-1-0/diff/mortgage-1-2-0', keptEvidence(unreadable));

    expect(body).toMatchObject({
      differences: { card: [], metrics: [{ subject: 'auc' }] },
      not_compared: [
        {
          release_id: 'mortgage-1-2-0',
          evidence: 'model_card',
          problem: expect.stringContaining('is a SARIF log; accepted here'),
        },
      ],
    });
  });

  it('says that the evidence of a new draft is not pinned yet', async () => {
    const { body } = await asked('mortgage-1-1-0/diff/mortgage-1-1-0-draft');

    expect(body).toMatchObject({
      not_compared: [
        { release_id: 'mortgage-1-1-0-draft', evidence: 'evaluation_report', problem: 'is not pinned yet' },
        { release_id: 'mortgage-1-1-0-draft', evidence: 'model_card', problem: 'is not pinned yet' },
      ],
    });
  });

  it.each([
    ['mortgage-1-1-0/diff/gone', 'gone'],
    ['gone/diff/mortgage-1-1-0', 'gone'],
  ])('knows no release of another name: %s', async (path, name) => {
    expect(await asked(path)).toMatchObject({ status: 404, body: { detail: `there is no release ${name}` } });
  });

  it('breaks where the store of evidence does, because nobody could tell what changed', async () => {
    const broken = () => Promise.reject(new Error('access denied'));

    expect(await asked('mortgage-1-1-0/diff/mortgage-1-2-0', broken)).toMatchObject({ status: 500 });
  });
});
