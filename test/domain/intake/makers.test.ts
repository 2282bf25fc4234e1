import { describe, expect, it } from 'vitest';
import { allReleases } from '../../../lib/domain/change/page.ts';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { unknownName as codeOf } from '../../../lib/domain/intake/unknown-name.ts';
import { INTAKE_CHAIN } from '../../../lib/domain/ledger/event.ts';
import type { Submitter } from '../../../lib/domain/records/intake.ts';
import { aDirectory, hmacLinkMac } from '../../support/approval-case.ts';
import { checkLedger } from '../../support/check-ledger.ts';
import { aClaim, anIntake, fromSource, type Intake, unknownName } from '../../support/intake.ts';
import { MODEL } from '../../support/release-life.ts';

const UNKNOWN = 'is neither a person nor a declared machine of the directory';

/** The faults of a refused claim as its sender sees them, and as the ledger has them. */
const refused = async (changes: Record<string, unknown>, submitter: Submitter = fromSource(), intake = anIntake()) => {
  const answer = await requestRelease(aClaim(changes, { submitter }), intake);
  if (answer.outcome !== 'refused') throw new Error(`it was ${answer.outcome}`);
  const event = (await intake.store.event(INTAKE_CHAIN, 1))?.event;
  return { faults: answer.refusal.faults, event, text: JSON.stringify(event) };
};
const accepted = async (changes: Record<string, unknown>, intake: Intake = anIntake()) => {
  const answer = await requestRelease(aClaim(changes), intake);
  if (answer.outcome === 'refused') throw new Error(JSON.stringify(answer.refusal.faults));
  return { ...answer, event: (await intake.store.event(MODEL, 1))?.event };
};
const loggedIn = (name: string): Submitter => ({
  ...fromSource(),
  field: 'submitter',
  name,
  identity: undefined,
  role: 'releaser',
  auth: 'jwt',
});

describe('a maker whom nobody knows (SD-5)', () => {
  it.each(['requested_by', 'trained_by', 'commit_author'])('is refused by name: %s', async (field) => {
    const { faults, event, text } = await refused({ [field]: 'mallory@evil.example' });

    expect(faults).toEqual([{ field, problem: `mallory@evil.example ${UNKNOWN}` }]);
    expect(event).toMatchObject({
      actor_id: 'pipeline',
      details: { faults: [{ field, problem: `${await unknownName('mallory@evil.example')} ${UNKNOWN}` }] },
    });
    expect(text).not.toContain('mallory');
  });

  it('is every one of them in one answer, beside what else is wrong', async () => {
    const everybody = { requested_by: 'ritta', trained_by: 'tomm', commit_author: 'wess', git_commit: 'main' };

    const { faults, event, text } = await refused(everybody, fromSource('evil.pipeline'));

    expect(faults).toEqual([
      { field: 'git_commit', problem: 'must be a full git commit id' },
      { field: 'requested_by', problem: `ritta ${UNKNOWN}` },
      { field: 'trained_by', problem: `tomm ${UNKNOWN}` },
      { field: 'commit_author', problem: `wess ${UNKNOWN}` },
      { field: 'source', problem: `evil.pipeline ${UNKNOWN}` },
    ]);
    expect(event).toMatchObject({ actor_id: await unknownName('evil.pipeline'), actor_auth: 'event_source' });
    expect(text).not.toMatch(/ritta|tomm|wess|evil/);
  });

  it.each(['requested_by', 'trained_by', 'commit_author'])('is one whom nobody names: %s', async (field) => {
    expect((await refused({ [field]: undefined })).faults).toEqual([{ field, problem: 'is missing' }]);
    expect((await refused({ [field]: ' ' })).faults).toMatchObject([
      { field, problem: expect.stringMatching(/^must/) },
    ]);
  });

  it('is who signs in under a name that is not in the directory', async () => {
    const { faults, event, text } = await refused({}, loggedIn('mallory'));

    expect(faults).toEqual([{ field: 'submitter', problem: `mallory ${UNKNOWN}` }]);
    expect(event).toMatchObject({
      actor_id: await unknownName('mallory'),
      actor_role: 'releaser',
      actor_auth: 'jwt',
    });
    expect(text).not.toContain('mallory');
  });

  it('is in no event of a manifest that is too large to be looked at, either', async () => {
    const { event, text } = await refused({ note: 'x'.repeat(70_000) }, loggedIn('mallory'));

    expect(event?.actor_id).toBe(await unknownName('mallory'));
    expect(text).not.toContain('mallory');
  });

  it('does not start a release, whatever the intake would say of the rest', async () => {
    const intake = anIntake();

    await refused({ trained_by: 'tomm' }, fromSource(), intake);

    expect(await allReleases(intake.store)).toEqual([]);
    await checkLedger(intake.store, INTAKE_CHAIN);
  });
});

describe('a login', () => {
  it('is the id of its person in all that is stored', async () => {
    const names = { trained_by: 'ada@lovelace.example', commit_author: 'alovelace' };

    const { release, event } = await accepted({ ...names, requested_by: 'alovelace' });

    expect(release).toMatchObject({
      requestedBy: 'ada',
      submittedBy: 'pipeline',
      manifest: { requested_by: 'ada', trained_by: 'ada', commit_author: 'ada' },
    });
    expect(event?.details).toMatchObject({ requested_by: 'ada', trained_by: 'ada', commit_author: 'ada' });
    expect(JSON.stringify(event)).not.toContain('lovelace');
  });

  it('makes no other release of the same content', async () => {
    const intake = anIntake();

    await accepted({ requested_by: 'alovelace' }, intake);

    expect(await accepted({ requested_by: 'ada', release_id: 'again' }, intake)).toMatchObject({ outcome: 'known' });
  });

  it('of a directory without logins is the id alone', async () => {
    const people = aDirectory().people.map(({ logins: _, ...person }) => person);
    const intake = anIntake({ directory: { schema_version: 1, people, machines: aDirectory().machines ?? [] } });

    expect(await accepted({ requested_by: 'ada' }, intake)).toMatchObject({ outcome: 'accepted' });
    expect((await refused({ requested_by: 'alovelace' }, fromSource(), intake)).faults).toHaveLength(1);
  });
});

describe('a machine', () => {
  it('requests and trains where it may', async () => {
    const { release, event } = await accepted({ requested_by: 'pipeline', trained_by: 'pipeline' });

    expect(release).toMatchObject({ requestedBy: 'pipeline', submittedBy: 'pipeline' });
    expect(event).toMatchObject({ actor_id: 'pipeline', actor_role: 'submitter', actor_auth: 'event_source' });
  });

  it('may be the author of a commit, whatever else it may be', async () => {
    expect(await accepted({ commit_author: 'trainer-only' })).toMatchObject({ outcome: 'accepted' });
  });

  it('is refused where it may not', async () => {
    const { faults, event } = await refused(
      { requested_by: 'trainer-only', trained_by: 'job-client' },
      fromSource('example.trainer'),
    );

    const notSubmitter = 'is the machine trainer-only, which may not be a submitter';
    expect(faults).toEqual([
      { field: 'requested_by', problem: notSubmitter },
      { field: 'trained_by', problem: 'is the machine release-job, which may not be a trainer' },
      { field: 'source', problem: notSubmitter },
    ]);
    expect(event?.actor_id).toBe('trainer-only');
  });
});

describe('the code of an unknown name', () => {
  it('is the same for the same name, and says nothing of it without the key', async () => {
    const [mac, other] = [hmacLinkMac(Buffer.alloc(32, 1)), hmacLinkMac(Buffer.alloc(32, 2))];

    expect(await codeOf('mallory', mac)).toMatch(/^unknown:[0-9a-f]{12}$/);
    expect(await codeOf('mallory', mac)).toBe(await codeOf('mallory', mac));
    expect(await codeOf('mallory', mac)).not.toBe(await codeOf('Mallory', mac));
    expect(await codeOf('mallory', mac)).not.toBe(await codeOf('mallory', other));
  });

  it('is the one of the format page', async () => {
    expect(await codeOf('mallory', hmacLinkMac(Buffer.alloc(32)))).toBe('unknown:538d9211ddf5');
  });
});
