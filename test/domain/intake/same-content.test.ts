/** The same content under the same names is one release, until that release has ended. */

import { describe, expect, it } from 'vitest';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import type { ReleaseState } from '../../../lib/domain/release/lifecycle.ts';
import { contentSha256 } from '../../../lib/domain/release/manifest.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { aManifest, digestOf, NOW } from '../../support/approval-case.ts';
import { checkLedger } from '../../support/check-ledger.ts';
import { aClaim, anIntake, type Intake } from '../../support/intake.ts';
import { allRefusals } from '../../support/listed.ts';
import { aChange } from '../../support/release-store.contract.ts';

const MODEL = 'mortgage-approval';

const accepted = async (claim: Parameters<typeof requestRelease>[0], intake: Intake) => {
  const answer = await requestRelease(claim, intake);
  if (answer.outcome === 'refused') throw new Error(`refused: ${answer.refusal.message}`);
  return answer;
};
const intentsOf = ({ store }: Intake) => store.outbox.map(({ intent }) => intent.kind);

/** The release as later steps leave it. */
const endAs = async (state: ReleaseState, release: Release, intake: Intake): Promise<void> => {
  const read = await intake.store.get('release', release.releaseId);
  if (read === undefined) throw new Error(`there is no ${release.releaseId}`);
  const writes = [{ kind: 'replace' as const, entity: { ...read, state } }];
  await intake.store.commit(aChange(state, writes), NOW);
};

describe('the same content (CK-6)', () => {
  it.each(['draft', 'validated', 'approved'] as const)(
    'may be tried again while its release is %s in vain, because a former version took it in',
    async (state) => {
      const intake = anIntake();
      const { release } = await accepted(aClaim(), intake);
      const { serving: _, ...former } = release;
      intake.store.seed({ ...former, state });

      expect((await accepted(aClaim(), intake)).outcome).toBe('known');
      const again = await accepted(aClaim({ release_id: 'again' }), intake);

      expect(again).toMatchObject({ outcome: 'accepted', release: { releaseId: 'again', serving: release.serving } });
    },
  );

  it('is the same release for ever while it serves, whichever version took it in', async () => {
    const intake = anIntake();
    const { release } = await accepted(aClaim(), intake);
    const { serving: _, ...former } = release;
    intake.store.seed({ ...former, state: 'production' });

    expect((await accepted(aClaim({ release_id: 'again' }), intake)).outcome).toBe('known');
  });

  it('is one release, under whatever id and at whatever door it comes again', async () => {
    const intake = anIntake();
    const { release } = await accepted(aClaim(), intake);

    const again = await accepted(aClaim(), intake);
    const renamed = await accepted(aClaim({ release_id: 'another' }, { door: 'http_api' }), intake);

    expect([again, renamed]).toEqual([
      { outcome: 'known', release },
      { outcome: 'known', release },
    ]);
    expect(intake.store.commits).toBe(1);
  });

  it.each(['rejected', 'expired'] as const)(
    'may be tried again under a new id once its release is %s',
    async (state) => {
      const intake = anIntake();
      const { release } = await accepted(aClaim(), intake);
      await endAs(state, release, intake);

      const same = await accepted(aClaim(), intake);
      const [one, other] = await Promise.all(
        ['again', 'once-more'].map((release_id) => accepted(aClaim({ release_id }), intake)),
      );

      expect(same).toMatchObject({ outcome: 'known', release: { state } });
      expect([one?.outcome, other?.outcome].toSorted()).toEqual(['accepted', 'known']);
      expect(one?.release.releaseId).toBe(other?.release.releaseId);
      const requested = (await intake.store.events(MODEL)).filter(
        ({ event }) => event.event_type === 'release_requested',
      );
      expect(requested[1]?.event.details).toMatchObject({ former_release: release.releaseId });
      expect(new Set(requested.map(({ event }) => event.idempotency_key)).size).toBe(2);
      await checkLedger(intake.store, MODEL);
    },
  );

  it.each(['validated', 'approved', 'production', 'superseded'] as const)(
    'is no other release while the one it is, is %s',
    async (state) => {
      const intake = anIntake();
      const { release } = await accepted(aClaim(), intake);
      await endAs(state, release, intake);

      expect(await accepted(aClaim({ release_id: 'again' }), intake)).toMatchObject({
        outcome: 'known',
        release: { releaseId: release.releaseId },
      });
    },
  );

  it('sent five times at once is accepted once', async () => {
    const intake = anIntake();

    const answers = await Promise.all(Array.from({ length: 5 }, () => accepted(aClaim(), intake)));

    expect(answers.map(({ outcome }) => outcome).toSorted()).toEqual(['accepted', ...Array(4).fill('known')]);
    expect(intentsOf(intake)).toEqual(['ship_event', 'start_execution']);
    await checkLedger(intake.store, MODEL);
  });

  it('is known even if it comes in between the two looks for it', async () => {
    const intake = anIntake();
    const { release } = await accepted(aClaim(), intake);
    const store = { ...intake.store, content: async () => undefined };

    const late = await accepted(aClaim(), { ...intake, store });

    expect(late).toEqual({ outcome: 'known', release });
    expect(await allRefusals(intake.store)).toEqual([]);
  });

  it('is found again after an answer was lost', async () => {
    const intake = anIntake();
    intake.store.failNextCommit('written', new Error('the connection broke'));

    await expect(requestRelease(aClaim(), intake)).rejects.toThrow('the connection broke');

    expect(await accepted(aClaim(), intake)).toMatchObject({ outcome: 'known' });
    expect(intake.store.commits).toBe(1);
  });

  it('is accepted when the first try wrote nothing', async () => {
    const intake = anIntake();
    intake.store.failNextCommit('unwritten', new Error('the connection broke'));

    await expect(requestRelease(aClaim(), intake)).rejects.toThrow('the connection broke');

    expect(await accepted(aClaim(), intake)).toMatchObject({ outcome: 'accepted' });
  });

  it('that names a release which does not exist is a fault, not a new release', async () => {
    const intake = anIntake();
    const manifest = aManifest();
    intake.store.seed({
      entity: 'content',
      version: 1,
      contentSha256: contentSha256(manifest),
      releaseId: manifest.release_id,
    });

    await expect(requestRelease(aClaim(), intake)).rejects.toThrow('which does not exist');
  });
});

describe('other content under the same version (CK-6)', () => {
  it('is a release of its own: an unjudged draft with its own run', async () => {
    const intake = anIntake();
    const { release: former } = await accepted(aClaim(), intake);

    const { outcome, release } = await accepted(
      aClaim({ release_id: 'mortgage-1-2-0-again', artifact_sha256: digestOf('retrained') }),
      intake,
    );

    expect(outcome).toBe('accepted');
    expect(release).toMatchObject({ modelVersion: former.modelVersion, state: 'draft' });
    expect(release).not.toHaveProperty('evidenceDigest');
    expect(release.contentSha256).not.toBe(former.contentSha256);
    expect(intentsOf(intake).filter((kind) => kind === 'start_execution')).toHaveLength(2);
    expect(await intake.store.get('release', former.releaseId)).toEqual(former);
  });
});
