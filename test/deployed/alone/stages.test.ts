/** A deployment with the preset of four reviews: each is asked in its turn, or all at once, each with its own checklist. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { payloadFor } from '../../../lib/domain/approval/link.ts';
import { decideInBrowser, openInBrowser } from '../../../local/approver.ts';
import { eventually } from '../support/eventually.ts';
import { approvedBy, invitationsOf, linkOf, releaseIn, validated } from '../support/life.ts';
import { genuineLink } from '../support/link-key.ts';
import { endOf } from '../support/machines.ts';
import { deployReviews } from '../support/reviews.ts';
import { variant } from '../support/variant.ts';
import { store } from '../support/world.ts';

const LEADS = ['ana.silva', 'ben.okafor'];
const [TOM, CLARA, ROSA] = ['tom.lindqvist', 'clara.novak', 'rosa.lind'] as const;

const askedFor = async (releaseId: string) => (await invitationsOf(releaseId)).map(({ person }) => person);
/** The people who were sent a link, once there are so many. */
const asked = (releaseId: string, count: number) =>
  eventually(`${count} to be asked for ${releaseId}`, async () => {
    const people = await askedFor(releaseId);
    return people.length >= count ? people : undefined;
  });
const requestOf = async (releaseId: string) => {
  const request = await store.get('request', `apr-${releaseId}`);
  if (request === undefined) throw new Error('there is no request');
  return request;
};
const decided = async (modelName: string) =>
  (await store.events(modelName))
    .map(({ event }) => event)
    .filter(({ event_type }) => event_type === 'approval_granted');

/** What each of them answered, by the reviews of the policy. */
const QUESTIONS = {
  'ana.silva': ['evaluation_read', 'limitations_acceptable', 'nothing_serves_after'],
  [CLARA]: ['fairness_read', 'intended_use_matches'],
  [ROSA]: ['monitoring_ready', 'nothing_serves_after'],
  [TOM]: ['intended_use_matches', 'limitations_acceptable', 'failure_modes_covered'],
};
const answersTo = async (releaseId: string) =>
  Object.fromEntries(
    (await store.list('approval', releaseId)).map(({ approverId, checklist }) => [
      approverId,
      checklist.map(({ id }) => id),
    ]),
  );

describe('stages of approval in order (AP-2)', () => {
  let restore: () => Promise<void>;
  beforeAll(async () => {
    restore = await deployReviews();
  });
  afterAll(() => restore());

  it('ask the people of a later one only when the former is complete, and need all of them', async () => {
    const manifest = await validated(await variant('in-stages', '1.1.0'));
    const { release_id, model_name } = manifest;
    expect(await asked(release_id, 2)).toEqual(LEADS);

    // A genuine link that arrives early decides nothing.
    const early = await genuineLink(payloadFor(await requestOf(release_id), CLARA));
    const leads = await openInBrowser(await linkOf(release_id, 'ana.silva'));
    const opened = await openInBrowser(early);
    const posted = await decideInBrowser(
      { ...leads, link: early },
      { decision: 'approve', confirmation: '1.1.0', comment: '' },
    );
    expect([opened.status, posted.status]).toEqual([409, 409]);
    for (const { page } of [opened, posted]) {
      expect(page).toContain('It is not your turn yet');
      expect(page).toContain('Request is pending in an earlier stage, not yet in compliance');
    }
    expect(await store.list('approval', release_id)).toEqual([]);
    expect(leads.page).toMatch(/your stage.*Not open yet.*Not open yet.*Not open yet/s);

    for (const [index, person] of ['ana.silva', TOM, CLARA].entries()) {
      await approvedBy(manifest, [person]);
      const next = [TOM, CLARA, ROSA].slice(0, index + 1);
      expect(await asked(release_id, LEADS.length + next.length)).toEqual([...LEADS, ...next].toSorted());
      expect((await requestOf(release_id)).status).toBe('pending');
      expect((await store.get('release', release_id))?.state).toBe('validated');
    }
    await approvedBy(manifest, [ROSA]);

    await releaseIn(release_id, 'production');
    expect(await answersTo(release_id)).toEqual(QUESTIONS);
    expect((await decided(model_name)).map(({ actor_id, details }) => [actor_id, details['stage']])).toEqual([
      ['ana.silva', { name: 'technical', is_complete: true, opens: ['business'] }],
      [TOM, { name: 'business', is_complete: true, opens: ['compliance'] }],
      [CLARA, { name: 'compliance', is_complete: true, opens: ['deployment'] }],
      [ROSA, { name: 'deployment', is_complete: true, opens: [] }],
    ]);
    expect(await endOf('release', release_id)).toEqual({ status: 'SUCCEEDED' });
  });
});

describe('stages of approval side by side (AP-2)', () => {
  let restore: () => Promise<void>;
  beforeAll(async () => {
    restore = await deployReviews({ order: 'side_by_side' });
  });
  afterAll(() => restore());

  it('ask everybody at once, each their own questions, and the last seat of any ends it', async () => {
    const manifest = await validated(await variant('side-by-side', '1.1.0'));
    const { release_id, model_name } = manifest;
    expect(await asked(release_id, 5)).toEqual([...LEADS, TOM, CLARA, ROSA].toSorted());

    await approvedBy(manifest, [ROSA, CLARA, TOM]);
    expect((await requestOf(release_id)).status).toBe('pending');
    await approvedBy(manifest, ['ana.silva']);

    await releaseIn(release_id, 'production');
    expect(await askedFor(release_id)).toEqual([...LEADS, TOM, CLARA, ROSA].toSorted());
    expect(await answersTo(release_id)).toEqual(QUESTIONS);
    expect((await decided(model_name)).map(({ details }) => Reflect.get(Object(details['stage']), 'name'))).toEqual([
      ...['deployment', 'compliance', 'business', 'technical'],
    ]);
  });
});
