import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { evidenceReaders } from '../../../lib/domain/checks/all-evidence.ts';
import type { EvidenceSources } from '../../../lib/domain/checks/evidence-readers.ts';
import type { LiveRelease } from '../../../lib/domain/checks/live-release.ts';
import { Instant, Sha256 } from '../../../lib/domain/identifiers.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import { Pinned } from '../../../lib/domain/release/release.ts';
import { aBehaviour } from './a-behaviour.ts';
import { aLiveRelease, aManifest, digestOf, edgeCases } from './stage-evidence.ts';

const kept = new Map<string, Uint8Array>();
const keep = (content: string) => {
  const sha256 = createHash('sha256').update(content).digest('hex');
  kept.set(sha256, Buffer.from(content));
  return { sha256, sizeBytes: content.length };
};

const REQUIRED = {
  evaluation_report: keep('metrics: {}'),
  model_card: keep('overview: A model'),
  data_provenance: keep('schema_version: 1'),
  predictions: keep('table'),
};
const FURTHER = {
  artifact_signature: keep(JSON.stringify({ base64Signature: 'AAAA' })),
  perturbed_predictions: keep('other table'),
  edge_case_results: keep(JSON.stringify(edgeCases())),
  deployment_descriptor: keep(
    'schema_version: 1\nendpoint_name: credit\nentry_point: { arn: "arn:aws:apigateway:eu-central-1::/apis/abc/stages/prod", domain_name: api.bank.example }',
  ),
  load_test_report: keep('not: a load test'),
};

const reading = (further: object, sources: Partial<EvidenceSources> = {}, manifest = aManifest()) => {
  let reads = 0;
  const bytes = async (sha256: Sha256, maxBytes: number) => {
    reads += 1;
    const content = kept.get(sha256);
    if (content === undefined) throw new Error(`no ${sha256}`);
    if (content.length > maxBytes) throw new Refusal('EvidenceUnreadable', 'too many bytes');
    return content;
  };
  const pinned = Pinned.parse({
    artifactSha256: createHash('sha256').update('artifact').digest('hex'),
    evidence: { ...REQUIRED, ...further },
  });
  return { read: evidenceReaders({ manifest, pinned }, { bytes, ...sources }), reads: () => reads };
};

describe('evidence', () => {
  it('is read once for all callers', async () => {
    const { read, reads } = reading({});

    const [first, second] = await Promise.all([read.modelCard(), read.modelCard()]);

    expect(first).toBe(second);
    expect(first).toMatchObject({ kind: 'read', value: { overview: 'A model' } });
    expect(reads()).toBe(1);
  });

  it('that is not brought is absent, for every kind', async () => {
    const { read } = reading({});
    const further = [
      read.perturbation(),
      read.edgeCaseResults(),
      read.baselineReport(),
      read.loadTestReport(),
      read.explainabilityReport(),
      read.codeQualityReport(),
      read.inputProtectionReport(),
      read.biasReport(),
      read.driftReport(),
      read.trainingProvenance(),
      read.billOfMaterials(),
      read.artifactSignature(),
      read.attestations(),
      read.deploymentDescriptor(),
    ];

    expect(await Promise.all(further)).toEqual(further.map(() => ({ kind: 'absent' })));
    expect(await read.liveEndpoint()).toBeUndefined();
  });

  it('that cannot be read is a finding with every fault', async () => {
    const { read } = reading(FURTHER);

    expect(await read.loadTestReport()).toMatchObject({
      kind: 'unreadable',
      sha256: FURTHER.load_test_report.sha256,
      problem: expect.stringContaining('artifact_sha256 is missing'),
    });
  });

  it('that is not there is a fault', async () => {
    const { read } = reading({ edge_case_results: { sha256: Sha256.parse('0'.repeat(64)), sizeBytes: 1 } });

    await expect(read.edgeCaseResults()).rejects.toThrow('no 0000');
  });

  it('of a kind without a source here is a fault that names it', async () => {
    const { read } = reading(FURTHER);

    await expect(read.outcomeCounts()).rejects.toThrow('could not read countOutcomes');
    await expect(read.perturbation()).rejects.toThrow('could not read perturbation');
    await expect(read.controls()).rejects.toThrow('could not read controls');
    await expect(read.liveRelease()).rejects.toThrow('could not read liveRelease');
  });
});

describe('what is read besides documents', () => {
  it('is given the file that it is about', async () => {
    const asked: unknown[] = [];
    const note = (answer: unknown) => async (question: unknown) => {
      asked.push(question);
      return answer as never; // what it answers does not matter here
    };
    const { read } = reading(FURTHER, {
      perturbation: note({}),
      verifySignature: note({ outcome: 'other_key' }),
      liveEndpoint: note({ kind: 'unreadable' }),
    });

    expect(await read.perturbation()).toMatchObject({ sha256: FURTHER.perturbed_predictions.sha256 });
    expect(await read.artifactSignature()).toMatchObject({
      sha256: FURTHER.artifact_signature.sha256,
      value: { outcome: 'other_key' },
    });
    expect(await read.liveEndpoint()).toMatchObject({ kind: 'unreadable' });
    expect(asked).toEqual([
      FURTHER.perturbed_predictions.sha256,
      { kind: 'detached', signature: Buffer.alloc(3) },
      { arn: 'arn:aws:apigateway:eu-central-1::/apis/abc/stages/prod', domainName: 'api.bank.example' },
    ]);
  });

  it('gives the manifest and the digests of the release', async () => {
    const { read } = reading({});

    expect(await read.manifest()).toEqual(aManifest());
    expect(await read.predictionsSha256()).toBe(REQUIRED.predictions.sha256);
    expect(await read.artifactSha256()).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('the comparison with the release in production', () => {
  const named = aManifest({ predictions: { ...aManifest().predictions, columns: { row_id: 'id' } } });
  const formerly = (reference: ReturnType<typeof aManifest>['predictions']) =>
    aLiveRelease({ predictions: { reference, sha256: digestOf('former'), sizeBytes: 7 } });

  it('is absent where nothing is in production, or one manifest does not say what tells rows apart', async () => {
    const behaviour = async () => aBehaviour();
    const of = (live: LiveRelease | undefined, manifest = named) =>
      reading({}, { liveRelease: async () => live, behaviour }, manifest).read.behaviour();

    expect(await of(undefined)).toEqual({ kind: 'absent' });
    expect(await of(formerly(aManifest().predictions))).toEqual({ kind: 'absent' });
    expect(await of(formerly(named.predictions), aManifest())).toEqual({ kind: 'absent' });
  });

  it('is of the table that was kept of it, by the names of both manifests', async () => {
    const asked: unknown[] = [];
    const behaviour: EvidenceSources['behaviour'] = async (live, question) => {
      asked.push(live.sha256, question.now.rowId, question.former.rowId);
      return aBehaviour();
    };
    const live = formerly({ ...aManifest().predictions, id_column: 'application' });

    const found = await reading({}, { liveRelease: async () => live, behaviour }, named).read.behaviour();

    expect(found).toEqual({ kind: 'read', sha256: REQUIRED.predictions.sha256, value: aBehaviour() });
    expect(asked).toEqual([digestOf('former'), 'id', 'application']);
  });

  it('gives the digest of all that an attestation can be about, of the image only if it is known', async () => {
    const pinned = Pinned.parse({ artifactSha256: digestOf('artifact'), evidence: REQUIRED });
    const digest = digestOf('image');
    const image = `123456789012.dkr.ecr.us-east-1.amazonaws.com/credit@sha256:${digest}`;
    const [tagged, served] = [undefined, { image } as never].map((serving) =>
      evidenceReaders({ manifest: aManifest(), pinned, serving }, { bytes: async () => Buffer.alloc(0) }),
    );

    expect(await served?.subjects()).toMatchObject({
      artifact: digestOf('artifact'),
      image: digest,
      training_dataset: aManifest().training_dataset_sha256,
      predictions: REQUIRED.predictions.sha256,
    });
    expect(await tagged?.subjects()).toMatchObject({ image: undefined });
  });

  it('gives the time of the request, and the attestations in the file', async () => {
    const at = Instant.parse('2027-01-01T00:00:00.000Z');
    const { read } = reading({ attestations: keep('{"a":1}\n{"b":2}') }, { requestedAt: async () => at });

    expect(await read.requestedAt()).toBe(at);
    expect(await read.attestations()).toMatchObject({ kind: 'read', value: { found: [], leftOut: 2 } });
  });
});
