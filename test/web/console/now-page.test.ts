/** The first page answers two questions in its first lines, in every way the answers can come out. */
import { describe, expect, it } from 'vitest';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import { nowPage } from '../../../lib/web/console/now-page.ts';
import type { NowView } from '../../../lib/web/console/now-view.ts';
import { ago, aHeldRow, aServedRow, aViewer, aWaitingRow } from '../../support/a-viewer.ts';
import { NOW } from '../../support/approval-case.ts';
import { read } from '../../support/page-text.ts';

const pageOf = (changes: Partial<NowView> = {}): Promise<string> =>
  read(
    nowPage(
      {
        wrong: [],
        waiting: [],
        held: [],
        moreWait: false,
        serving: [],
        next: undefined,
        ledger: undefined,
        measuredAt: ago(40_000),
        freezes: [],
        ...changes,
      },
      aViewer(),
    ),
  );

const wrong = { severity: 'critical' as const, what: 'the alarm errors is on' };

describe('the first page', () => {
  it.each([
    [{}, 'Now: all is well', 'Nothing is wrong, and nobody is waiting.'],
    [{ measuredAt: undefined }, 'Now: not measured yet', 'Nothing is known to be wrong, and nobody is waiting.'],
    [{ wrong: [wrong] }, 'Now: 1 wrong, 0 wait', 'One thing needs attention, and nobody is waiting.'],
    [{ wrong: [wrong, wrong] }, 'Now: 2 wrong, 0 wait', '2 things need attention, and nobody is waiting.'],
    [{ waiting: [aWaitingRow()] }, 'Now: nothing wrong, 1 waits', 'Nothing is wrong, and one release waits.'],
    [
      { waiting: [aWaitingRow(), aWaitingRow({ isMine: true })] },
      'Now: nothing wrong, 2 wait',
      'Nothing is wrong, and 2 releases wait, one of them for you.',
    ],
    [
      { waiting: [aWaitingRow({ isMine: true }), aWaitingRow({ isMine: true })] },
      'Now: nothing wrong, 2 wait',
      '2 releases wait, 2 of them for you.',
    ],
  ])('says both in its title and its lead: %j', async (view, title, lead) => {
    const text = await pageOf(view);

    expect(text).toContain(title);
    expect(text).toContain(lead);
  });

  it.each([
    [{ held: [aHeldRow()] }, 'Now: nothing wrong, 1 waits', 'Nothing is wrong, and one hold waits.'],
    [
      { waiting: [aWaitingRow()], held: [aHeldRow(), aHeldRow({ isMine: true })] },
      'Now: nothing wrong, 3 wait',
      'Nothing is wrong, and one release and 2 holds wait, one of them for you.',
    ],
  ])('counts the holds that operators have to release among what waits: %j', async (view, title, lead) => {
    const text = await pageOf(view);

    expect(text).toContain(title);
    expect(text).toContain(lead);
  });

  it('says of a hold who has agreed, how many have not yet, and who may not', async () => {
    const text = await pageOf({
      held: [
        aHeldRow({ isMine: true }),
        aHeldRow({ modelName: 'card-fraud', agreed: [], needed: 1, notBy: undefined }),
      ],
    });

    expect(text).toMatch(/○ for you churn 1 of 2 operators, not Oscar Operator, who ordered .*Olga Brandt agreed/);
    expect(text).toMatch(/○ waits card-fraud 1 of 1 operator; Assay itself ordered the rollback for 1 h/);
  });

  it('says that nothing is in production, of all models or of this page', async () => {
    expect(await pageOf()).toContain('Nothing is in production.');
    expect(await pageOf({ next: 'churn' })).toContain('Nothing on this page is in production.');
  });

  it('says that more wait than it shows, whom a role is missing for, and when it is too late to answer', async () => {
    const text = await pageOf({
      moreWait: true,
      waiting: [
        aWaitingRow({ seats: [{ role: 'risk_owner', people: [] }], until: ago(1000) }),
        aWaitingRow({ until: plusMilliseconds(NOW, 3_600_000), because: ['a freeze is on'] }),
      ],
    });

    expect(text).toContain('Risk owner: nobody is asked');
    expect(text).toContain('too late');
    expect(text).toContain('1 h left');
    expect(text).toContain('a freeze is on');
    expect(text).toContain('More wait than are shown here.');
  });

  it('says of what serves whether its approval holds, whether somebody stopped it, and where a rollback goes', async () => {
    const text = await pageOf({
      serving: [
        aServedRow({ modelName: 'unapproved', approvedUntil: undefined, approvals: [], fallback: undefined }),
        aServedRow({ modelName: 'ended', approvedUntil: ago(1000), isHeld: true }),
        aServedRow({ modelName: 'stopped', isStopped: true, isRollingBack: true }),
      ],
      next: 'stopped',
    });

    expect(text).toMatch(/unapproved .*✕ never approved nobody to nothing/);
    expect(text).toMatch(/ended .*‖ held .*✕ expired/);
    expect(text).toMatch(/stopped .*‖ line stopped ↺ rolling back .*1 day left/);
    expect(text).toContain('The next models');
  });

  it('says how far the ledger is, what is due and what is parked', async () => {
    const ledger = { size: 12_345, newestAt: ago(60_000), isPublished: true, oldestDueAt: ago(5000), parked: 2 };

    const [busy, idle] = [
      await pageOf({ ledger }),
      await pageOf({
        ledger: { size: 0, newestAt: undefined, isPublished: false, oldestDueAt: undefined, parked: 0 },
      }),
    ];

    expect(busy).toMatch(/12,345 The newest of them 1 min ago .*✓ signed and published .*for 5 s .*person 2/);
    expect(idle).toMatch(/log 0 The newest of them – .*○ being published .*due none .*person none/);
    expect(await pageOf()).toContain('Nothing has been written into the log yet.');
  });

  it('names each freeze with its end and the models that it is on for', async () => {
    const text = await pageOf({
      freezes: [{ name: 'year end', until: plusMilliseconds(NOW, 3_600_000), models: ['churn', 'mortgage'] }],
    });

    expect(text).toMatch(/year end until 21 Nov 2026, 10:00:00 UTC: churn, mortgage/);
    expect(await pageOf()).toContain('✓ No window is on in which nothing is promoted.');
  });

  it('leads from what is wrong to where something can be done about it', async () => {
    const text = await pageOf({
      wrong: [
        { severity: 'critical', what: 'shadow: it is ungoverned', path: '/console/inventory', act: 'Look' },
        { severity: 'warning', what: 'held', modelName: 'churn', since: ago(60_000), path: '/x', act: 'Release' },
      ],
    });

    expect(text).toMatch(/✕ critical shadow: it is ungoverned Look/);
    expect(text).toMatch(/! warning churn: held for 1 min Release churn/);
  });
});
