import { beforeEach, describe, expect, it } from 'vitest';
import { verifySummary } from '../../../lib/domain/attestation/verification-summary.ts';
import { askGate, type GateReply, type GateWorld } from '../../../lib/domain/gate/ask-gate.ts';
import type { GateClaim } from '../../../lib/domain/gate/asked-release.ts';
import { SLOTS } from '../../../lib/domain/gate/sign-once.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { envelopeBytes } from '../../../lib/domain/signing/envelope.ts';
import { aCheck, contentOf, digestOf, NOW } from '../../support/approval-case.ts';
import { DECISION_KEY, makeKey } from '../../support/decision-key.ts';
import { memoryGateAnswers } from '../../support/memory-gate-answers.ts';
import { type MemoryReleaseStore, memoryReleaseStore } from '../../support/memory-release-store.ts';
import { refusalOf } from '../../support/refusals.ts';
import {
  aBreakGlass,
  aHold,
  aLine,
  anApprovalOf,
  approved,
  approvedRequest,
  checks,
  draft,
  keptPolicy,
  releaseId,
} from '../../support/release-life.ts';

const KEY = makeKey('attestation-key');
let store: MemoryReleaseStore;
let world: GateWorld;
beforeEach(() => {
  store = memoryReleaseStore();
  const approvals = [anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner')];
  store.seed(approved, keptPolicy, approvedRequest, contentOf(approved), ...checks, ...approvals);
  world = {
    environment: 'test',
    store,
    findDepartures: async () => [],
    findFreezes: async () => [],
    decisionKeyPem: async () => DECISION_KEY.pem,
    readRenewal: async () => undefined,
    signer: KEY.signer,
    answers: memoryGateAnswers(),
    pause: async () => undefined,
    now: () => plusMilliseconds(NOW, HOUR_MS),
  };
});

const claim: GateClaim = { about: { releaseId: approved.releaseId }, artifactSha256: undefined };
const verified = (reply: GateReply) => {
  if (reply.release === undefined) throw new Error('nothing is signed');
  return verifySummary(envelopeBytes(reply.envelope), { attestationKeyPem: KEY.pem });
};

describe('the gate, asked from outside (GT-3, GT-4)', () => {
  it('allows what the promotion would be allowed, and signs it', async () => {
    const reply = await askGate(claim, world);

    expect(reply).toMatchObject({ decision: 'allow', reasons: [], subject: { sha256: digestOf('artifact') } });
    expect(verified(reply)).toMatchObject({
      problems: [],
      summary: {
        ...{ release_id: approved.releaseId, decision: 'allow', question: 'promotion', subject: 'pinned' },
        ...{ evidence_digest: approved.evidenceDigest, record_sha256: approved.recordSha256 },
        ...{ time_verified: world.now(), policy_sha256: approved.policySha256, environment: 'test' },
      },
    });
  });

  it('denies with every reason, and signs that too', async () => {
    store.seed(aHold());
    const departure = { rule: 'artifact_version', evidence: '', explanation: 'overwritten' };

    const reply = await askGate(
      { ...claim, artifactSha256: digestOf('other') },
      { ...world, findDepartures: async () => [departure] },
    );

    expect(reply.reasons.map(({ rule }) => rule)).toEqual(['artifact_sha256', 'artifact_version', 'hold']);
    expect(reply.remedies.map((said) => said.match(/(S3|assay [a-z]+ ?[a-z]*)/)?.[0])).toEqual([
      ...['assay submit ', 'S3', 'assay holds release'],
      'assay promote mortgage',
    ]);
    expect(verified(reply).summary).toMatchObject({
      ...{ decision: 'deny', reasons: reply.reasons, subject: 'asked', sha256: digestOf('other') },
    });
  });

  it('denies what only the promotion may do by break-glass, and once its use is on record says past what', async () => {
    const at = plusMilliseconds(NOW, 2 * HOUR_MS);
    const ask = async (now = at) => verified(await askGate(claim, { ...world, now: () => now }));
    store.seed(aLine(), aBreakGlass());
    const before = await ask();
    const used = { at, attempt: 1, documentBy: plusMilliseconds(NOW, 74 * HOUR_MS) };
    store.seed(aBreakGlass({ used, version: 3 }));

    const explanation = expect.stringContaining('only a promotion by Assay');
    expect(before.summary).toMatchObject({
      ...{ decision: 'deny', reasons: [{ rule: 'line' }, { rule: 'break_glass', explanation }] },
    });
    expect(await ask()).toMatchObject({
      problems: [],
      summary: {
        ...{ decision: 'allow', reasons: [] },
        opened_by_break_glass: [
          { rule: 'line', evidence: '', explanation: expect.stringContaining('is stopped since') },
        ],
      },
    });
    expect((await ask(plusMilliseconds(NOW, 5 * HOUR_MS))).summary).toMatchObject({
      ...{ decision: 'deny', reasons: [{ rule: 'line' }, { rule: 'break_glass' }] },
    });
  });

  it('denies what it does not know, about which there is nothing to sign', async () => {
    expect(await askGate({ ...claim, about: { releaseId: releaseId('gone') } }, world)).toEqual({
      decision: 'deny',
      reasons: [{ rule: 'release', evidence: '', explanation: expect.stringContaining('no release of gone') }],
      remedies: ['Request the release: assay submit MANIFEST.'],
      release: undefined,
    });
  });

  it('signs about the manifest of a release whose artifact nobody has hashed yet', async () => {
    store.seed(draft);

    const { summary } = verified(await askGate({ ...claim, about: { releaseId: draft.releaseId } }, world));

    expect(summary).toMatchObject({ subject: 'manifest', sha256: draft.contentSha256, decision: 'deny' });
    expect(summary).not.toHaveProperty('evidence_digest');
  });

  it('takes all bytes for others of a release whose artifact nobody has hashed yet', async () => {
    store.seed(draft);
    const ask = (bytes?: string) =>
      askGate(
        { about: { releaseId: draft.releaseId }, artifactSha256: bytes === undefined ? bytes : digestOf(bytes) },
        world,
      );
    for (let each = 0; each < SLOTS.other; each += 1) await ask(`other ${each}`);

    expect(await refusalOf(() => ask('artifact'))).toMatchObject({ code: 'AskedTooOften' });
    expect(await ask()).toMatchObject({ decision: 'deny', answer: { subject: 'manifest' } });
  });

  it('gives the same signed answer again as long as nothing changed, and another one when a row did', async () => {
    const signed = async () => verified(await askGate(claim, world)).summary;
    const first = await signed();
    world = { ...world, now: () => plusMilliseconds(NOW, HOUR_MS + 1000) };

    expect(await signed()).toEqual(first);
    store.seed({ ...approvedRequest, version: 9 });
    const second = await signed();
    expect(second?.inputs_sha256).not.toBe(first?.inputs_sha256);
    expect(second?.time_verified).toBe(world.now());
  });

  it('answers about the bytes of a release, however many others anybody asks about', async () => {
    const ask = (bytes: string) => askGate({ ...claim, artifactSha256: digestOf(bytes) }, world);
    for (let each = 0; each < SLOTS.other; each += 1) await ask(`other ${each}`);

    expect(await refusalOf(() => ask('one more'))).toMatchObject({ code: 'AskedTooOften' });
    expect(await ask('artifact')).toMatchObject({ decision: 'allow', answer: { subject: 'asked' } });
    expect(await askGate(claim, world)).toMatchObject({ decision: 'allow', answer: { subject: 'pinned' } });
  });

  it('gives no answer again that time has overtaken, within the same minute', async () => {
    const end = plusMilliseconds(NOW, HOUR_MS + 30_000);
    store.seed({ ...approved, approvedUntil: end } as Release);

    expect(await askGate(claim, world)).toMatchObject({ decision: 'allow' });
    expect(await askGate(claim, { ...world, now: () => end })).toMatchObject({ decision: 'deny' });
  });

  it('keeps every reason within what a row can hold, however many there are', async () => {
    const long = 'x'.repeat(5_000);
    const departures = Array.from({ length: 1000 }, (_, at) => ({
      rule: `rule_${at}`,
      evidence: '',
      explanation: long,
    }));

    const reply = await askGate(claim, { ...world, findDepartures: async () => departures });

    expect(reply.reasons).toHaveLength(1000);
    expect(reply.release && envelopeBytes(reply.envelope).length).toBeLessThan(350_000);
  });

  it('cuts no explanation that a person reads', async () => {
    store.seed({ ...aCheck(checks[0]?.name ?? ''), status: 'failed', passed: false, explanation: 'e'.repeat(1500) });

    expect((await askGate(claim, world)).reasons[0]?.explanation).toBe(`failed: ${'e'.repeat(1500)}`);
  });
});
