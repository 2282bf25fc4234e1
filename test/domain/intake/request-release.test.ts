import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { executionName } from '../../../lib/domain/change/execution-name.ts';
import { allReleases } from '../../../lib/domain/change/page.ts';
import type { EvidenceSource } from '../../../lib/domain/intake/evidence-source.ts';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { EVENT_MAX_BYTES, INTAKE_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { policySha256 } from '../../../lib/domain/policy/policy-record.ts';
import { madeReadable } from '../../../lib/domain/readable.ts';
import { Conflict } from '../../../lib/domain/refusal.ts';
import { MANIFEST_MAX_BYTES } from '../../../lib/domain/release/manifest.ts';
import { aDirectory, aManifest, aPolicy } from '../../support/approval-case.ts';
import { checkLedger } from '../../support/check-ledger.ts';
import { hostileText } from '../../support/hostile-text.ts';
import { aClaim, anIntake, type Intake, someBuckets } from '../../support/intake.ts';

const MODEL = 'mortgage-approval';

const accepted = async (claim: Parameters<typeof requestRelease>[0], intake: Intake) => {
  const answer = await requestRelease(claim, intake);
  if (answer.outcome === 'refused') throw new Error(`refused: ${answer.refusal.message}`);
  return answer;
};
const refused = async (claim: Parameters<typeof requestRelease>[0], intake: Intake) => {
  const answer = await requestRelease(claim, intake);
  if (answer.outcome !== 'refused') throw new Error(`not refused: ${answer.outcome}`);
  return answer.refusal;
};
/** Buckets whose objects all have this version. */
const ofVersion = (versionId: string): EvidenceSource => ({
  pin: async (uri) => ({ ...(await someBuckets().pin(uri)), versionId }),
});
const intentsOf = ({ store }: Intake) => store.outbox.map(({ intent }) => intent.kind);

describe('a claim that is accepted', () => {
  it('is a draft, pinned to what was found, with its execution noted', async () => {
    const intake = anIntake();

    const { outcome, release } = await accepted(aClaim(), intake);

    expect(outcome).toBe('accepted');
    expect(release).toMatchObject({ state: 'draft', version: 1, manifest: aManifest(), requestedBy: 'rita' });
    expect(release.sources.artifact).toEqual({
      bucket: 'models',
      key: 'model.tar.gz',
      versionId: 'version of model.tar.gz',
      sizeBytes: 1000,
    });
    expect(Object.keys(release.sources.evidence).toSorted()).toEqual([
      'data_provenance',
      'evaluation_report',
      'model_card',
      'predictions',
    ]);
    expect(await intake.store.get('release', release.releaseId)).toEqual(release);
    expect(intake.store.outbox.map(({ intent }) => intent)).toEqual([
      { kind: 'ship_event', model: MODEL, seq: 1 },
      {
        kind: 'start_execution',
        machine: 'release',
        name: executionName('mortgage-1-2-0', 0, release.createdAt),
        input: '{"releaseId":"mortgage-1-2-0"}',
      },
    ]);
    await checkLedger(intake.store, MODEL);
  });

  it('is the release that the same claim has become while this one was looking for it', async () => {
    const intake = anIntake();
    const { release } = await accepted(aClaim(), intake);
    const { store } = intake;
    // The first of the two reads comes too early to see it.
    const get = (async (kind: string, ...key: string[]) =>
      kind === 'content' ? undefined : store.get(kind as 'release', ...(key as [string]))) as typeof store.get;

    const again = await requestRelease(aClaim(), { ...intake, store: { ...store, get } });

    expect(again).toEqual({ outcome: 'known', release });
  });

  it('leaves an event that names who requested what, and through which door', async () => {
    const intake = anIntake();

    const { release } = await accepted(aClaim(), intake);

    expect((await intake.store.events(MODEL)).map(({ event }) => event)).toMatchObject([
      {
        event_type: 'release_requested',
        approval_state: 'draft',
        actor_id: 'pipeline',
        actor_role: 'submitter',
        actor_auth: 'event_source',
        policy_sha256: release.policySha256,
        idempotency_key: release.contentSha256,
        details: {
          door: 'event_bus',
          requested_by: 'rita',
          trained_by: 'tom',
          commit_author: 'wes',
          content_sha256: release.contentSha256,
        },
      },
    ]);
  });

  it.each([
    ['where it was', { git_ref: 'refs/tags/v1.2.0' }],
    ['nowhere, if it does not say so', {}],
  ])('leaves in its event what it was made from: the commit is %s', async (_, changes) => {
    const intake = anIntake();

    const { release } = await accepted(aClaim(changes), intake);

    const [{ event } = { event: undefined }] = await intake.store.events(MODEL);
    const { training_dataset_ref, config_version, feature_schema_version } = release.manifest;
    expect(event?.details).toMatchObject({
      ...{ training_dataset_ref, config_version, feature_schema_version },
      ...changes,
    });
    expect(Object.hasOwn(event?.details ?? {}, 'git_ref')).toBe('git_ref' in changes);
  });

  it('names every file that is larger than what is kept, and lets the artifact be', async () => {
    const buckets = someBuckets();
    const pin = async (uri: string) => ({ ...(await buckets.pin(uri)), sizeBytes: 5 * 1024 ** 3 + 1 });

    const { code, faults } = await refused(aClaim(), anIntake({ evidence: { pin } }));

    expect(code).toBe('EvidenceMissing');
    expect(faults.map(({ field }) => field).toSorted()).toEqual([
      'data_provenance_uri',
      'evaluation_report_uri',
      'model_card_uri',
      'predictions.uri',
    ]);
    expect(faults[0]?.problem).toMatch(/has 5368709121 bytes; the limit is 5368709120 bytes$/);
  });

  it('may name the versions of its objects, which are then the ones that are pinned', async () => {
    const version_ids = { artifact: 'v1' };

    const { release } = await accepted(aClaim({ version_ids }), anIntake({ evidence: ofVersion('v1') }));

    expect(release.manifest.version_ids).toEqual(version_ids);
    expect(release.sources.artifact.versionId).toBe('v1');
  });

  it('pins further evidence like the rest', async () => {
    const further_evidence = { bias_report: 's3://models/bias.json' };

    const { release } = await accepted(aClaim({ further_evidence }), anIntake());

    expect(release.sources.evidence.bias_report).toMatchObject({ bucket: 'models', key: 'bias.json' });
  });

  it('keeps the policy that it starts with, once for all releases', async () => {
    const intake = anIntake();

    const { release } = await accepted(aClaim(), intake);
    await accepted(aClaim({ release_id: 'next', model_version: '1.3.0' }), intake);

    expect(release.policySha256).toBe(policySha256(intake.policy));
    expect(await intake.store.get('policy', release.policySha256)).toMatchObject({ version: 1, policy: intake.policy });
  });

  it('has an event that fits, whatever a manifest may say', async () => {
    const uri = hostileText(1100).map((key) => {
      let text = `s3://models/k${madeReadable(key).replaceAll(/[\s\p{Cc}\p{Cs}]/gu, '"')}`;
      while (Buffer.byteLength(text) > 1024) text = text.slice(0, -1).replaceAll(/\p{Cs}/gu, '');
      return text;
    });
    const fields = ['artifact_uri', 'evaluation_report_uri', 'model_card_uri', 'data_provenance_uri'] as const;
    const further = ['bias_report', 'drift_report', 'load_test_report', 'training_provenance'] as const;
    await fc.assert(
      fc.asyncProperty(fc.array(uri, { minLength: 8, maxLength: 8 }), async (uris) => {
        const intake = anIntake();
        const named = Object.fromEntries(fields.map((field, index) => [field, uris[index]]));
        const further_evidence = Object.fromEntries(further.map((name, index) => [name, uris[index + 4]]));

        await accepted(aClaim({ ...named, further_evidence }), intake);

        expect((await intake.store.event(MODEL, 1))?.bytes.length).toBeLessThanOrEqual(EVENT_MAX_BYTES);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a claim that is refused', () => {
  it('names every fault of its manifest, on record on the chain of the intake', async () => {
    const intake = anIntake();

    const refusal = await refused(aClaim({ git_commit: undefined, approved: true }), intake);

    expect(refusal).toMatchObject({
      code: 'ManifestInvalid',
      claimedReleaseId: 'mortgage-1-2-0',
      claimedModelName: MODEL,
      door: 'event_bus',
      faults: [
        { field: 'git_commit', problem: 'is missing' },
        { field: 'approved', problem: 'is not a field of a manifest' },
      ],
    });
    expect(await intake.store.get('refusal', refusal.refusalId)).toEqual(refusal);
    expect(await allReleases(intake.store)).toEqual([]);
    expect(intentsOf(intake)).toEqual(['ship_event', 'publish_event']);
    await checkLedger(intake.store, INTAKE_CHAIN);
  });

  it('because its id belongs to another release leaves that release unchanged', async () => {
    const intake = anIntake();
    const { release } = await accepted(aClaim(), intake);

    const refusal = await refused(aClaim({ config_version: '8' }), intake);

    expect(refusal).toMatchObject({ code: 'ReleaseIdTaken', faults: [{ field: 'release_id' }] });
    expect(await intake.store.get('release', release.releaseId)).toEqual(release);
  });

  it('with other content under one id at the same time is refused for one of both', async () => {
    const intake = anIntake();

    const answers = await Promise.all([
      requestRelease(aClaim(), intake),
      requestRelease(aClaim({ config_version: '8' }), intake),
    ]);

    expect(answers.map(({ outcome }) => outcome).toSorted()).toEqual(['accepted', 'refused']);
    await checkLedger(intake.store, MODEL, INTAKE_CHAIN);
  });

  it('names every file that cannot be pinned, in the order of the manifest', async () => {
    const missing = ['s3://models/predictions.parquet', 's3://models/model.tar.gz', 's3://models/bias.json'];
    const further_evidence = { bias_report: 's3://models/bias.json' };
    const buckets = someBuckets(missing);
    // The last one requested answers first.
    let asked = 0;
    const pin = async (uri: string) => {
      asked += 1;
      for (let turn = asked; turn < 10; turn += 1) await Promise.resolve();
      return buckets.pin(uri);
    };

    const refusal = await refused(aClaim({ further_evidence }), anIntake({ evidence: { pin } }));

    expect(refusal.code).toBe('EvidenceMissing');
    expect(refusal.faults).toEqual([
      { field: 'artifact_uri', problem: 's3://models/model.tar.gz is not there, or may not be read' },
      { field: 'further_evidence.bias_report', problem: 's3://models/bias.json is not there, or may not be read' },
      { field: 'predictions.uri', problem: 's3://models/predictions.parquet is not there, or may not be read' },
    ]);
  });

  it('names every object whose version is not the one that the manifest means', async () => {
    const version_ids = { artifact: 'v3', predictions: 'v1', model_card: 'v2' };

    const refusal = await refused(aClaim({ version_ids }), anIntake({ evidence: ofVersion('v3') }));

    expect(refusal.code).toBe('EvidenceMissing');
    expect(refusal.faults.map(({ field }) => field).toSorted()).toEqual(['model_card_uri', 'predictions.uri']);
    expect(refusal.faults.find(({ field }) => field === 'predictions.uri')?.problem).toBe(
      's3://models/predictions.parquet has version v3 by now, and the manifest means v1: it was put there again',
    );
  });

  it('is refused at the door if nobody could ever approve it', async () => {
    const directory = aDirectory([
      { id: 'rita', roles: ['ml_lead'] },
      { id: 'grace', roles: ['risk_owner'] },
    ]);

    const refusal = await refused(aClaim(), anIntake({ directory }));

    expect(refusal).toMatchObject({
      code: 'QuorumImpossible',
      faults: [
        {
          field: 'ml_lead',
          problem: 'nobody can approve as ml_lead: rita requested this release and cannot approve it',
        },
      ],
    });
  });

  it('is refused at the door if those who could approve it are away until its deadline', async () => {
    const absences = [{ first_day: '2026-11-20', last_day: '2026-11-30' }];
    const away = aDirectory([
      { id: 'ada', roles: ['ml_lead'], absences },
      { id: 'grace', roles: ['risk_owner'] },
    ]);

    expect(await refused(aClaim(), anIntake({ directory: away }))).toMatchObject({
      code: 'QuorumImpossible',
      faults: [{ problem: 'nobody can approve as ml_lead: ada is away for as long as people could answer' }],
    });
    const back = { ...away, people: away.people.map((one) => ({ ...one, absences: [] })) };
    expect(await accepted(aClaim(), anIntake({ directory: back }))).toMatchObject({ outcome: 'accepted' });
  });

  it('can be approved where its tier asks for fewer people', async () => {
    const directory = aDirectory([{ id: 'ada', roles: ['ml_lead'] }]);
    const intake = anIntake({ directory, policy: aPolicy() });

    expect(await accepted(aClaim({ declared_risk_tier: 'low' }), intake)).toMatchObject({ outcome: 'accepted' });
  });

  it('without any manifest is refused for that', async () => {
    const refusal = await refused({ ...aClaim(), manifest: undefined }, anIntake());

    expect(refusal).toMatchObject({ code: 'ManifestInvalid', faults: [{ field: 'manifest' }] });
  });

  it('may have 64 KB, and not a byte more', async () => {
    const sizeOf = (note: string) => Buffer.byteLength(JSON.stringify(aClaim({ note }).manifest));
    const note = 'x'.repeat(MANIFEST_MAX_BYTES - sizeOf(''));

    const fields = await Promise.all(
      [note, `${note}x`].map(async (text) => (await refused(aClaim({ note: text }), anIntake())).faults[0]?.field),
    );

    expect(sizeOf(note)).toBe(MANIFEST_MAX_BYTES);
    expect(fields).toEqual(['note', 'manifest']);
  });

  it('for more than 64 KB names only that', async () => {
    const refusal = await refused(aClaim({ note: 'x'.repeat(70_000) }), anIntake());

    expect(refusal.faults).toEqual([
      { field: 'manifest', problem: expect.stringMatching(/^has 7\d{4} bytes; the limit is/) },
    ]);
  });

  it('is kept once, however often it is sent', async () => {
    const intake = anIntake();

    const first = await refused(aClaim({ model_version: 'latest' }), intake);
    const again = await refused(aClaim({ model_version: 'latest' }), intake);
    const atOnce = await Promise.all(
      Array.from({ length: 5 }, () => refused(aClaim({ model_version: 'newest' }), intake)),
    );

    expect(again).toEqual(first);
    expect(new Set(atOnce.map(({ refusalId }) => refusalId)).size).toBe(1);
    expect(intake.store.commits).toBe(2);
    await checkLedger(intake.store, INTAKE_CHAIN);
  });

  it('is kept although the chain of refusals was busy', async () => {
    const intake = anIntake();
    intake.store.failNextCommit('unwritten', new Conflict('the chain of _intake is too busy'));

    const refusal = await refused(aClaim({ model_version: 'latest' }), intake);

    expect(await intake.store.get('refusal', refusal.refusalId)).toEqual(refusal);
  });

  it('is not answered as refused when it could not be kept', async () => {
    const intake = anIntake();
    intake.store.failNextCommit('unwritten', new Error('the connection broke'));

    await expect(requestRelease(aClaim({ model_version: 'latest' }), intake)).rejects.toThrow('the connection broke');
  });
});
