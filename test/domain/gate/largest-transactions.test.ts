/**
 * No transaction has more than 40 items, whatever a policy, a directory or a release asks for. Here are the acts that grow
 * with one of these; test/lambdas/reads-are-held.test.ts counts the items of all others.
 */
import { describe, expect, it } from 'vitest';
import { INVITATIONS_MAX } from '../../../lib/domain/approval/quorum.ts';
import { openRequest } from '../../../lib/domain/approval/request.ts';
import { recordWithdrawal } from '../../../lib/domain/approval/withdraw.ts';
import { recordRenewal, staleSignatures } from '../../../lib/domain/attestation/renewal.ts';
import type { Change } from '../../../lib/domain/change/change.ts';
import { expecting } from '../../../lib/domain/change/expecting.ts';
import { StageName } from '../../../lib/domain/checks/vocabulary.ts';
import { judgeRelease, recordStage } from '../../../lib/domain/gate/stages.ts';
import { KeyRotation } from '../../../lib/domain/records/key-rotation.ts';
import { stageChecks } from '../../../lib/domain/records/stage-checks.ts';
import { aDirectory, aPolicy, aRelease, contentOf, digestOf, NOW } from '../../support/approval-case.ts';
import { everyKind } from '../../support/every-kind.ts';
import { itemsOf } from '../../support/recorded-acts.ts';
import {
  anAttestation,
  anEndpoint,
  aPointer,
  approved,
  checks,
  inProduction,
  pinnedDraft,
  policy,
  SIGNING_KEYS,
} from '../../support/release-life.ts';

/** The longest answers that a check can give, in the script that takes the most bytes. */
const [check] = checks;
if (check === undefined) throw new Error('there is no check');
const longest = (count: number, stage: StageName) =>
  Array.from({ length: count }, (_, index) => ({
    ...check,
    stage,
    name: `check_${index}`.padEnd(64, 'x'),
    measured: '測'.repeat(256),
    threshold: '測'.repeat(256),
    explanation: '測'.repeat(1000),
  }));
const attestations = StageName.options.map((stage) => anAttestation(stage));

const stage = (name: StageName, count: number): Change =>
  recordStage(pinnedDraft, {
    stage: name,
    checks: longest(count, name),
    attestation: anAttestation(name),
    outcomes: everyKind(pinnedDraft).outcomes.record,
  });

const opening = (): Change => {
  const roles = Array.from({ length: 8 }, () => 'ml_lead');
  const asking = aPolicy();
  const asked = { ...asking, tiers: { ...asking.tiers, medium: { ...asking.tiers.medium, roles } } };
  const people = Array.from({ length: 900 }, (_, index) => ({ id: `lead${index}`, roles: ['ml_lead'] }));
  const release = aRelease(asking, checks);
  return openRequest({
    release,
    content: contentOf(release),
    checks,
    policy: asked,
    directory: aDirectory(people),
    former: [],
    taskToken: 'token',
    nextNonce: () => 'nonce-nonce-nonce',
    now: NOW,
  });
};

const withdrawal = (): Change => {
  const [request, release] = opening().writes.map(({ entity }) => entity);
  if (request?.entity !== 'request' || release?.entity !== 'release') throw new Error('nothing was opened');
  const actor = { id: 'olga', role: 'operator', auth: 'jwt' };
  return recordWithdrawal({ release, request, actor, reason: 'r', now: NOW });
};

const gate = (): Change => {
  const change = judgeRelease({
    release: pinnedDraft,
    policy,
    checks,
    attestationReasons: [],
    pointer: aPointer(),
    endpoint: anEndpoint(),
    content: contentOf(pinnedDraft),
    now: NOW,
  });
  return expecting(change, aPointer(), anEndpoint(), contentOf(pinnedDraft), ...attestations);
};

const renewal = (): Change => {
  const rotation = KeyRotation.parse({
    ...everyKind(inProduction).key_rotation.record,
    ...SIGNING_KEYS,
    recordKeyId: 'record-2',
    attestationKeyId: 'attestation-2',
  });
  const kept = { sha256: digestOf('renewed'), uri: 's3://evidence/renewed', keyId: 'attestation-2' };
  const outcomes = staleSignatures({ release: approved, attestations }, rotation).map((stale) => ({
    kind: 'renewed' as const,
    stale,
    kept,
  }));
  return expecting(recordRenewal({ release: approved, attestations }, outcomes, rotation, NOW), rotation);
};

describe('a transaction', () => {
  it.each<[string, () => Change]>([
    ['a stage of forty checks of ours', () => stage('model_card', 40)],
    ['a stage of fifty custom checks', () => stage('custom_checks', 50)],
    ['a request to as many people as are asked', opening],
    ['a withdrawal, which tells as many people', withdrawal],
    ['the gate, over the attestations of all stages', gate],
    ['a renewal of every signature of a release', renewal],
  ])('has 40 items at most, for %s', (_, change) => {
    expect(itemsOf(change())).toBeLessThanOrEqual(40);
  });

  it('does not grow with the checks of a stage', () => {
    expect(itemsOf(stage('custom_checks', 50))).toBe(itemsOf(stage('custom_checks', 1)));
  });

  it('asks as many people as fit', () => {
    expect(opening().intents.filter(({ intent }) => intent.kind === 'send_approval_mail')).toHaveLength(
      INVITATIONS_MAX,
    );
  });
});

describe('the checks of a stage', () => {
  it('are far smaller than an item may be, fifty of the longest', () => {
    const record = stageChecks(pinnedDraft.releaseId, 'custom_checks', longest(50, 'custom_checks'));

    expect(Buffer.byteLength(JSON.stringify(record))).toBeLessThan(300_000); // DynamoDB takes 400 KB
  });
});
