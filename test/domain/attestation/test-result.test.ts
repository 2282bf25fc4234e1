import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { attestationReasons } from '../../../lib/domain/attestation/attested-stages.ts';
import {
  attestationProblem,
  TEST_RESULT_TYPE,
  type TestResult,
  testResult,
} from '../../../lib/domain/attestation/test-result.ts';
import type { CheckRecord } from '../../../lib/domain/records/check-record.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { envelopeBytes, signEnvelope } from '../../../lib/domain/signing/envelope.ts';
import { Statement, statementBytes } from '../../../lib/domain/signing/statement.ts';
import { digestOf, NOW } from '../../support/approval-case.ts';
import { checks, pinnedDraft, policy, releaseId } from '../../support/release-life.ts';
import { APPLIED } from './record-facts.ts';

const stage = 'model_card' as const;
const found = checks.filter((check) => check.stage === stage);
const [first, second] = found;
if (first === undefined || second === undefined) throw new Error('a stage has checks');
const predicateOf = (of: readonly CheckRecord[]) =>
  testResult({ release: pinnedDraft, stage, checks: of, policy: {}, now: NOW }).predicate as TestResult;

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const signed = async (statement: Statement, key = privateKey): Promise<Uint8Array> =>
  envelopeBytes(await signEnvelope(statementBytes(statement), { sign: async (bytes) => sign('sha256', bytes, key) }));

describe('the attestation of a stage (CK-7)', () => {
  it('is an in-toto test-result about the bytes of the artifact', () => {
    const statement = testResult({ release: pinnedDraft, stage, checks: found, policy: {}, now: NOW });

    expect(Statement.parse(statement)).toMatchObject({
      predicateType: TEST_RESULT_TYPE,
      subject: [{ name: pinnedDraft.manifest.artifact_uri, digest: { sha256: pinnedDraft.pinned?.artifactSha256 } }],
      predicate: { result: 'PASSED', passedTests: found.map(({ name }) => name).toSorted(), failedTests: [] },
    });
  });

  it('calls an enforced check FAILED and any other WARNED, by name', () => {
    const failed = { ...first, status: 'failed' as const };
    const warned = { ...second, status: 'not_provided' as const, mode: 'warn' as const };

    expect(predicateOf([failed, warned])).toMatchObject({
      result: 'FAILED',
      passedTests: [],
      warnedTests: [second.name],
      failedTests: [first.name],
    });
    expect(predicateOf([first, warned])).toMatchObject({ result: 'WARNED', passedTests: [first.name] });
  });

  it('names the base and the overlays of the policy, where it has any (RT-6)', () => {
    const { predicate } = testResult({
      release: pinnedDraft,
      stage,
      checks: [],
      policy: { applied: APPLIED },
      now: NOW,
    });

    expect((predicate as TestResult).configuration).toEqual([
      { name: 'governance-policy', digest: { sha256: pinnedDraft.policySha256 } },
      { name: 'policy-base/Mortgage credit models', digest: { sha256: APPLIED.base.sha256 } },
      { name: 'policy-overlay/credit', digest: { sha256: APPLIED.overlays[0]?.sha256 } },
      { name: 'policy-overlay/eu', digest: { sha256: APPLIED.overlays[1]?.sha256 } },
    ]);
  });

  it('pins the policy, the code of the checks and the evidence that they judged', () => {
    const custom = { ...second, codeSha256: digestOf('a package'), evidenceSha256: '' };
    const card = pinnedDraft.pinned?.evidence.model_card.sha256 ?? '';

    expect(predicateOf([{ ...first, evidenceSha256: card }, custom]).configuration).toEqual([
      { name: 'governance-policy', digest: { sha256: pinnedDraft.policySha256 } },
      ...[first, custom]
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ codeSha256 }) => ({ name: 'check-code', digest: { sha256: codeSha256 } })),
      { name: 'evidence/model_card', digest: { sha256: card } },
    ]);
  });

  it('has a payload whose check entries hash the same in any implementation', () => {
    const sorted = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(sorted)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .toSorted(([a], [b]) => (a < b ? -1 : 1))
                .map(([key, item]) => [key, sorted(item)]),
            )
          : value;
    const statement = testResult({ release: pinnedDraft, stage, checks: found, policy: {}, now: NOW });

    const byHand = createHash('sha256')
      .update(JSON.stringify(sorted(statement)))
      .digest('hex');

    expect(createHash('sha256').update(statementBytes(statement)).digest('hex')).toBe(byHand);
  });
});

describe('stored checks, compared with what their stage signed', () => {
  const problem = async (
    of: readonly CheckRecord[],
    {
      release = pinnedDraft,
      key = privateKey,
      statement,
    }: { release?: Release; key?: KeyObject; statement?: Statement } = {},
  ) => {
    const said = statement ?? testResult({ release: pinnedDraft, stage, checks: found, policy: {}, now: NOW });
    return attestationProblem(await signed(said, key), pemOf(publicKey), { release, stage, checks: of });
  };

  it('are what was signed, in whatever order they are read', async () => {
    expect(await problem(found)).toBeUndefined();
    expect(await problem(found.toReversed())).toBeUndefined();
  });

  it.each<[string, Partial<CheckRecord>]>([
    ['status', { status: 'failed' }],
    ['mode', { mode: 'observe' }],
    ['measurement', { measured: 'better' }],
    ['threshold', { threshold: 'looser' }],
    ['explanation', { explanation: 'All is well.' }],
    ['evidence', { evidenceSha256: digestOf('kinder evidence') }],
    ['code', { codeSha256: digestOf('kinder code') }],
  ])('are not, with another %s', async (_, change) => {
    expect(await problem(found.map((check) => (check === first ? { ...check, ...change } : check)))).toContain(
      'not what the stage signed',
    );
  });

  it('are not, with one more or one fewer', async () => {
    expect(await problem(found.slice(1))).toContain('not what the stage signed');
    expect(await problem([...found, { ...first, name: 'invented' }])).toContain('not what the stage signed');
  });

  it('are not, where the attestation is by another key, or about something else', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
    const pinned = { ...pinnedDraft.pinned, artifactSha256: digestOf('other model') } as NonNullable<Release['pinned']>;
    const ofOther = testResult({
      release: { ...pinnedDraft, releaseId: releaseId('other') },
      stage,
      checks: found,
      policy: {},
      now: NOW,
    });
    const ofStage = testResult({ release: pinnedDraft, stage: 'security_review', checks: found, policy: {}, now: NOW });
    const svr = {
      ...testResult({ release: pinnedDraft, stage, checks: found, policy: {}, now: NOW }),
      predicateType: 'https://in-toto.io/attestation/svr/v0.2',
    };

    expect(await problem(found, { key: other })).toContain('no signature is by this key');
    expect(await problem(found, { release: { ...pinnedDraft, pinned } })).toBe('it is about another artifact');
    expect(await problem(found, { statement: ofOther })).toBe('it is about model_card of release other');
    expect(await problem(found, { statement: ofStage })).toContain('it is about security_review');
    expect(await problem(found, { statement: svr })).toContain('it is a https://in-toto.io/attestation/svr');
  });
});

const stages = [...new Set(checks.map((check) => check.stage))];
const envelopes = await Promise.all(
  stages.map(async (name) => {
    const bytes = await signed(
      testResult({
        release: pinnedDraft,
        stage: name,
        checks: checks.filter((check) => check.stage === name),
        policy: {},
        now: NOW,
      }),
    );
    const sha256 = digestOf(`envelope of ${name}`);
    const key = `attestations/mortgage-approval/1.2.0/mortgage-1-2-0/${name}/${sha256}.dsse.json`;
    return { stage: name, sha256, uri: `s3://evidence/${key}`, bytes };
  }),
);

describe('the stages of a release', () => {
  const reasons = (changes: Partial<Parameters<typeof attestationReasons>[0]> = {}) =>
    attestationReasons({ release: pinnedDraft, policy, checks, envelopes, publicKeyPem: pemOf(publicKey), ...changes });

  it('are all attested', () => {
    expect(reasons()).toEqual([]);
  });

  it('need no attestation of what people decide', () => {
    const people = { name: 'human_approval', description: '', required: true, blocking: true, checks: [] };

    expect(reasons({ policy: { ...policy, stages: [...policy.stages, people] } })).toEqual([]);
  });

  it('deny the release together when an attestation is missing or a row was changed', () => {
    const doctored = checks.map((check) => (check === first ? { ...check, measured: 'better' } : check));

    const found = reasons({ checks: doctored, envelopes: envelopes.slice(1) });

    expect(found.map(({ rule }) => rule)).toEqual(['stage_attestation', 'stage_attestation']);
    expect(found.map(({ explanation }) => explanation).toSorted()).toEqual(
      [
        `the attestation of ${stages[0]}: there is none`,
        'the attestation of model_card: the stored checks are not what the stage signed',
      ].toSorted(),
    );
  });

  it.each([
    ['in the folder of another stage', 'attestations/mortgage-approval/1.2.0/mortgage-1-2-0/model_card/SHA.dsse.json'],
    [
      'in a folder of its own, within that of the stage',
      'attestations/mortgage-approval/1.2.0/mortgage-1-2-0/STAGE/model_card/SHA.dsse.json',
    ],
    ['with another release', 'attestations/mortgage-approval/1.1.0/mortgage-1-1-0/STAGE/SHA.dsse.json'],
    ['under another name', 'attestations/mortgage-approval/1.2.0/mortgage-1-2-0/STAGE/other.dsse.json'],
  ])('deny a release whose attestation of one stage was kept by another, %s', (_, place) => {
    const stage = 'bias_and_fairness';
    const forged = envelopes.map((envelope) =>
      envelope.stage === stage
        ? { ...envelope, uri: `s3://evidence/${place.replace('STAGE', stage).replace('SHA', envelope.sha256)}` }
        : envelope,
    );

    expect(reasons({ envelopes: forged })).toMatchObject([{ explanation: expect.stringContaining('keeps none') }]);
  });

  it('deny a release into whose table somebody put checks of a stage that never ran', () => {
    const invented = { ...first, stage: 'custom_checks' as const, name: 'invented' };

    expect(reasons({ checks: [...checks, invented] })).toMatchObject([
      { explanation: 'the attestation of custom_checks: there is none' },
    ]);
  });
});
