import { beforeEach, describe, expect, it } from 'vitest';
import { notifyPeople } from '../../lambdas/dispatch-outbox/intents/notify-people.ts';
import { warnIfExpiring } from '../../lambdas/dispatch-outbox/intents/warn-of-expiry.ts';
import type { Intent } from '../../lib/domain/change/change.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { type ApprovalCase, anApprovalCase } from '../support/approval-case.ts';
import { APPROVED_UNTIL, inProduction, MODEL } from '../support/release-life.ts';

const { releaseId } = inProduction;
const daysBefore = (days: number): Instant => plusMilliseconds(APPROVED_UNTIL, -days * DAY_MS);

let scene: ApprovalCase;
let sent: Set<string>;
beforeEach(async () => {
  scene = await anApprovalCase();
  scene.store.seed({ ...inProduction, requestedBy: scene.release.requestedBy });
  sent = new Set();
});

const tools = (now: Instant) => ({
  store: withinRights('DispatchOutbox', scene.store),
  directory: async () => scene.directory,
  // The row of a notice is written once: its key names the occasion and the person.
  notify: async (_: string, notices: readonly Extract<Intent, { kind: 'send_notice' }>[]) => {
    for (const { occasion, personId } of notices) sent.add(`${occasion} ${personId}`);
  },
  now: () => now,
});

/** One look, and what it notes, as the outbox carries it out: twice. */
const look = async (now: Instant): Promise<void> => {
  const { events } = scene.store;
  const known = (await events(MODEL)).length;
  for (const _ of [1, 2]) await warnIfExpiring({ kind: 'warn_of_expiry', releaseId }, tools(now));
  if ((await events(MODEL)).length === known) return;
  const { expiryWarning } = (await scene.store.get('release', releaseId)) ?? {};
  const occasion = `${expiryWarning?.days}d`;
  for (const _ of [1, 2]) {
    await notifyPeople({ kind: 'notify_people', releaseId, outcome: 'expiring', occasion }, tools(now));
  }
};

const toOf = (days: number) => [...sent].filter((one) => one.startsWith(`${days}d `)).toSorted();

describe('the looks before the end of an approval (EX-1)', () => {
  it('warn its owner and those who decide of each day, once', async () => {
    for (const days of [14, 7, 1]) await look(daysBefore(days));

    for (const days of [14, 7, 1])
      expect(toOf(days)).toEqual(expect.arrayContaining([`${days}d rita`, `${days}d ada`]));
    expect(new Set(toOf(14).map((one) => one.slice(3))).size).toBe(toOf(14).length);
  });

  it('send the last warning alone after a week in which nothing ran', async () => {
    for (const _ of [14, 7]) await look(daysBefore(6));

    expect(toOf(14)).toEqual([]);
    expect(toOf(7)).toContain('7d rita');
    expect((await scene.store.events(MODEL)).filter(({ event }) => event.event_type === 'expiry_warned')).toHaveLength(
      1,
    );
  });

  it('find a release that is gone from production, and say nothing', async () => {
    const row = await scene.store.get('release', releaseId);
    if (row === undefined) throw new Error('there is no release');
    scene.store.seed({ ...row, state: 'superseded' });

    await look(daysBefore(7));

    expect(sent.size).toBe(0);
  });
});
