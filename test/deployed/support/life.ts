/** Takes a release as far as a test needs, through the public doors, and waits for visible results. */
import { expect } from 'vitest';
import type { ReleaseState } from '../../../lib/domain/release/lifecycle.ts';
import type { ReleaseManifest } from '../../../lib/domain/release/manifest.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { approvalLink, approveInBrowser } from '../../../local/approver.ts';
import { readMails } from '../../../local/mailbox.ts';
import { post } from './doors.ts';
import { eventually } from './eventually.ts';
import { endpoints, store } from './world.ts';

/** The release, once it is in this state. */
export const releaseIn = (releaseId: string, state: ReleaseState): Promise<Release> => {
  let last: Release | undefined;
  return eventually(
    `${releaseId} to be ${state}`,
    async () => {
      last = await store.get('release', releaseId);
      return last?.state === state ? last : undefined;
    },
    async () =>
      `${last?.state ?? 'no release'} ${JSON.stringify(last?.reasons ?? [])} ${await lastEvents(last?.modelName)}`,
  );
};

/** What became of a model last, so that a test that waits in vain says why. */
const lastEvents = async (modelName: string | undefined): Promise<string> => {
  const events = modelName === undefined ? [] : (await store.events(modelName)).slice(-5);
  return events.map(({ event: { event_type: type, reason } }) => `${type}: ${reason}`).join('\n');
};

/** Requests a release by the API, and waits until people are asked. */
export const validated = async (manifest: ReleaseManifest): Promise<ReleaseManifest> => {
  const { status, body } = await post(manifest);
  if (status !== 201) throw new Error(`the API answered ${status}: ${JSON.stringify(body)}`);
  await releaseIn(manifest.release_id, 'validated');
  return manifest;
};

/** The people who were sent a link for a release, with the link, in the order of their ids. */
export const invitationsOf = async (releaseId: string): Promise<{ person: string; link: string }[]> =>
  (await readMails(endpoints.awsEndpoint))
    .filter(({ text }) => text.includes(`Release: ${releaseId}\n`))
    .map((mail) => ({ person: mail.to[0]?.split('@')[0] ?? '', link: approvalLink(mail) ?? '' }))
    .sort((one, other) => one.person.localeCompare(other.person));

/** The link of one person, once it was sent. */
export const linkOf = (releaseId: string, personId: string): Promise<string> =>
  eventually(`the link of ${personId} for ${releaseId}`, async () => {
    const mine = (await invitationsOf(releaseId)).find(({ person, link }) => person === personId && link !== '');
    return mine?.link;
  });

/** Each of these people opens their link and approves. */
export const approvedBy = async (manifest: ReleaseManifest, people: readonly string[]): Promise<void> => {
  for (const person of people) {
    const link = await linkOf(manifest.release_id, person);
    const { status, page } = await approveInBrowser(link, manifest.model_version);
    if (status !== 200) throw new Error(`the page answered ${person} with ${status}: ${page.slice(0, 1000)}`);
  }
};

/** Everybody whom the example's policy and directory ask. dana.kim is an ml_lead too, but trained the model. */
export const ASKED = ['ana.silva', 'ben.okafor', 'ruth.meyer'];
/** Two of them are enough: an ml_lead and a risk_owner. */
export const QUORUM = ['ana.silva', 'ruth.meyer'];

/** Requested, validated, approved by two people, in production. */
export const inProduction = async (manifest: ReleaseManifest): Promise<ReleaseManifest> => {
  await validated(manifest);
  await approvedBy(manifest, QUORUM);
  await releaseIn(manifest.release_id, 'production');
  return manifest;
};

/** Establishes that a release stays approved, is not in production, and that the ledger says why. */
export const expectStillApproved = async (
  manifest: ReleaseManifest,
  eventType: string,
  reason: RegExp,
): Promise<void> => {
  const { release_id, model_name } = manifest;
  expect((await store.get('release', release_id))?.state).toBe('approved');
  expect((await store.get('pointer', model_name))?.releaseId).not.toBe(release_id);
  const events = (await store.events(model_name)).map(({ event }) => event);
  const said = events.findLast((event) => event.release_id === release_id && event.event_type === eventType);
  expect(said?.reason).toMatch(reason);
};
