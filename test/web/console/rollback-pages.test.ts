/** What an operator reads ago, while and after a model is taken back. */
import { describe, expect, it } from 'vitest';
import { intervalInWords } from '../../../lib/domain/checks/interval-in-words.ts';
import type { CheckRecord } from '../../../lib/domain/records/check-record.ts';
import type { Hold } from '../../../lib/domain/records/hold.ts';
import type { Rollback } from '../../../lib/domain/records/rollback.ts';
import { NOT_TYPED, orderFields } from '../../../lib/web/console/order-form.ts';
import { holdPage, progressPage } from '../../../lib/web/console/progress-page.ts';
import { type RollbackView, rollbackPage } from '../../../lib/web/console/rollback-page.ts';
import { ago, aViewer } from '../../support/a-viewer.ts';
import { NOW } from '../../support/approval-case.ts';
import { read } from '../../support/page-text.ts';
import { aHold, aPointer, aRollback, checks, inProduction, releaseId, superseded } from '../../support/release-life.ts';

const STRATEGY = {
  ...{ releaseId: releaseId('mortgage-1-3-0'), modelVersion: '1.3.0', endsBy: NOW },
  alarms: ['m-5xx', 'm-late'],
};
const side = (release: typeof inProduction) => ({ release, approvals: [], checks: [] });
const askOf = (changes: Partial<RollbackView> = {}, viewer = aViewer()) =>
  rollbackPage(
    {
      ...{ modelName: 'mortgage-approval', pointer: aPointer(), current: side(inProduction) },
      ...{ fallback: side(superseded), reasons: [], underWay: undefined, took: [], typed: NOT_TYPED },
      ...{ strategy: undefined, formToken: 'token', ...changes },
    },
    viewer,
  );

describe('before it is ordered', () => {
  it('the page says what has no evidence, and how long the last ones took', async () => {
    const { approvedUntil: _, recordSha256: __, pinned: ___, ...bare } = inProduction;
    const took = { from: ago(90_000), to: NOW };

    const text = await read(askOf({ fallback: side(bare as never), took: [took, took] }));

    expect(text).toMatch(/Would serve: 1\.2\.0 .*Artifact, SHA-256 – Governance record, SHA-256 ✕ none/);
    expect(text).toContain('the last 2 took 1 min 30 s, 1 min 30 s.');
    expect(await read(askOf({ took: [took] }))).toContain('the last one took 1 min 30 s.');
    expect(await read(askOf())).toContain('no rollback of this model is among its latest events.');
  });

  it('has the fairness of both beside each other, with the intervals that each was measured with', async () => {
    const check = (name: string, changes: Partial<CheckRecord> = {}) => ({
      ...(checks[0] ?? expect.unreachable('there are checks')),
      ...{ stage: 'bias_and_fairness', name, status: 'passed', measured: 'race 0.1200', threshold: 'at most 0.20' },
      ...{ explanation: '' },
      ...changes,
    });
    const interval = `race: 0.12 (${intervalInWords({ lower: -0.01, upper: 0.25 })}).`;
    const then = [
      check('demographic_parity_difference_within_threshold', { explanation: `${interval} ${interval}` }),
      check('model_card_schema_valid', { stage: 'model_card' }),
      check('equalised_odds_within_threshold', { status: 'failed', threshold: '' }),
    ];
    const now = [check('demographic_parity_difference_within_threshold', { measured: 'race 0.0700' })];

    const text = await read(
      askOf({ current: { ...side(inProduction), checks: now }, fallback: { ...side(superseded), checks: then } }),
    );

    expect(text).toMatch(
      /Demographic parity difference within threshold ✓ Passed: race 0\.0700\s+threshold: at most 0\.20 ✓ Passed: race 0\.1200 \[-0\.0100 to 0\.2500\] \[-0\.0100 to 0\.2500\] threshold/,
    );
    expect(text).toMatch(/Equalised odds within threshold not checked ✕ Failed: race 0\.1200\s+As each/);
    expect(text).not.toContain('Model card schema valid');
    expect(await read(askOf())).not.toContain('Fairness of both');
  });

  it('offers nothing but nothing where there is no earlier release', async () => {
    const html = String(await askOf({ fallback: undefined }));

    const text = await read(html as never);

    expect(text).toContain('There is no earlier release to go back to');
    expect(text).toMatch(/The endpoint is deleted\. .*Deleting an endpoint takes/);
    expect(text).not.toContain('The fallback is verified');
    expect(html).not.toContain('value="fallback"');
    expect(html).toMatch(/value="nothing" required checked/);
  });

  it('keeps the choice that was made when something else was missing', async () => {
    const typed = { fields: new URLSearchParams({ to: 'nothing' }), faults: [] };

    const html = String(await askOf({ typed }));

    expect(html).toMatch(/value="nothing" required checked/);
    expect(html).not.toMatch(/value="fallback" required checked/);
  });

  it('leads to one that is under way, and gives who is no operator the command instead of a form', async () => {
    const text = await read(askOf({ underWay: aRollback() }, aViewer({ isOperator: false })));

    expect(text).toContain('A rollback is under way');
    expect(text).toContain('The command is assay rollback mortgage-approval.');
    expect(text).not.toContain('Order it');
  });

  it('says that an order waits for a strategy, by when that ends, and how to end it sooner', async () => {
    expect(await read(askOf())).not.toContain('An order waits');
    expect(await read(askOf({ strategy: STRATEGY }))).toMatch(
      /A strategy brings traffic to 1\.3\.0\s?\. That ends by 21 Nov 2026, 09:00:00 UTC ?; .* alarms \( ?m-5xx, m-late ?\): aws cloudwatch set-alarm-state --alarm-name 'm-5xx' --state-value ALARM/,
    );
    expect(await read(askOf({ strategy: { ...STRATEGY, alarms: [] } }))).toContain('nothing ends it sooner');
  });

  it('names a fault by its label, or by its field where it has none', async () => {
    const typed = { fields: new URLSearchParams(), faults: [{ field: 'to', problem: 'is missing' }] };

    expect(await read(askOf({ typed }))).toContain('Nothing was ordered: the form is not complete to is missing');
    expect(String(await orderFields({ typed, confirm: { text: 'x', what: 'name' } }))).not.toContain('aria-invalid');
  });
});

const EVENT = { event_type: 'rollback_requested', timestamp: NOW, reason: '' } as never;
const progressOf = (changes: Partial<Rollback>, view: Partial<Parameters<typeof progressPage>[0]> = {}) =>
  read(
    progressPage(
      {
        ...{ rollback: aRollback({ requestedAt: ago(60_000), ...changes }), events: [EVENT], hold: undefined },
        ...{ versions: { from: '1.2.0', to: '1.1.0' }, isRefreshed: false, nameOf: (id: string) => id.toUpperCase() },
        strategy: undefined,
        ...view,
      },
      aViewer(),
    ),
  );

describe('while it is under way', () => {
  it.each([
    [{}, 'The fallback is being verified'],
    [{ endpointConfigName: 'c' }, 'SageMaker has been asked to switch.'],
    [{ toReleaseId: '' as never }, 'The endpoint is being deleted.'],
  ])('the page says what is being done: %j', async (changes, said) => {
    expect(await progressOf(changes)).toContain(said);
  });

  it('says what it waits for', async () => {
    expect(await progressOf({}, { strategy: STRATEGY })).toMatch(/An order waits .* traffic to 1\.3\.0/);
  });

  it('says by whom, for which incident, and that it looks again by itself or on demand', async () => {
    const [itself, onDemand] = [await progressOf({}, { isRefreshed: true }), await progressOf({ linkedIncident: '' })];

    expect(itself).toContain('This page loads itself again every three seconds. Stop that');
    expect(itself).toContain('Ordered by OSCAR');
    expect(onDemand).toContain('Look again');
    expect(onDemand).toContain('Incident none');
  });
});

describe('after it', () => {
  it.each([
    [1, 'an operator who did not order'],
    [2, '2 operators who did not order'],
  ])('the page says that the model is held, for %s', async (operatorsNeeded, said) => {
    const hold = aHold({ operatorsNeeded, consents: [] });

    const text = await progressOf({ status: 'executed', executedAt: NOW }, { hold });

    expect(text).toContain('✓ Done, 1 min after the order');
    expect(text).toContain(said);
  });

  it('the page of a rollback whose instant an earlier version did not keep says that it is done', async () => {
    expect(await progressOf({ status: 'executed', executedAt: undefined })).toContain('✓ Done The pointer is flipped');
  });
});

describe('the hold', () => {
  const hold = aHold({ operatorsNeeded: 2, consents: [] });
  const holdOf = (changes: Partial<Hold> = {}, viewer = aViewer(), typed = NOT_TYPED) =>
    read(
      holdPage(
        { hold: { ...hold, ...changes }, rollback: undefined, typed, formToken: 'token', nameOf: (id) => id },
        viewer,
      ),
    );
  const consents = [{ operatorId: 'omar', reason: 'mended', linkedIncident: 'INC-1', givenAt: NOW }] as never;

  it('says to each what they can do about it', async () => {
    expect(await holdOf()).toContain('Agree to release it');
    expect(await holdOf({}, aViewer({ isOperator: false }))).toContain('A person with the role operator');
    expect(await holdOf({ initiatedBy: 'omar' })).toContain('You ordered the rollback. Others release its hold.');
    expect(await holdOf({ consents })).toContain('You have agreed');
  });

  it('says why the model was rolled back, for whoever has to agree', async () => {
    const view = { hold, typed: NOT_TYPED, formToken: 'token', nameOf: (id: string) => id };
    const because = (changes: Partial<Rollback>) =>
      read(holdPage({ ...view, rollback: aRollback(changes) }, aViewer()));

    expect(await because({ reason: 'it answers nonsense', linkedIncident: 'INC-12' })).toMatch(
      /how it went .*Incident INC-12 Reason of the rollback it answers nonsense/,
    );
    expect(await because({ linkedIncident: '' })).toContain('Incident none');
  });

  it('names who agreed, for which incident and why, and when it was released', async () => {
    const text = await holdOf({ consents, status: 'released', releasedAt: NOW });

    expect(text).toMatch(
      /Released 21 Nov 2026.* Who has agreed to release it omar, 21 Nov 2026, 09:00:00 UTC \( ?INC-1 ?\): mended/,
    );
    expect(text).toContain('What is approved can be promoted again');
  });

  it('says in its title that a form was not complete', async () => {
    const typed = { fields: new URLSearchParams(), faults: [{ field: 'reason', problem: 'is missing' }] };

    expect(await holdOf({}, aViewer(), typed)).toContain('Not complete: Held: mortgage-approval');
  });
});
