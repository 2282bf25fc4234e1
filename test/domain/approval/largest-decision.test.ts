import { describe, expect, it } from 'vitest';
import { decideApproval } from '../../../lib/domain/approval/decide.ts';
import { decisionEvent } from '../../../lib/domain/approval/decision-event.ts';
import { payloadFor } from '../../../lib/domain/approval/link.ts';
import { sealOpening } from '../../../lib/domain/approval/opened.ts';
import { stateDecision } from '../../../lib/domain/approval/signed-decisions.ts';
import { ModelName, ReleaseId } from '../../../lib/domain/identifiers.ts';
import { GENESIS, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { EVENT_MAX_BYTES } from '../../../lib/domain/ledger/event.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { ROLES_MAX } from '../../../lib/domain/policy/role.ts';
import type { Approval } from '../../../lib/domain/records/approval.ts';
import type { Condition } from '../../../lib/domain/records/condition.ts';
import { evidenceDigest } from '../../../lib/domain/records/evidence-digest.ts';
import { evidenceFilesOf } from '../../../lib/domain/release/evidence-files.ts';
import { EvidenceName } from '../../../lib/domain/release/manifest.ts';
import { ModelVersion } from '../../../lib/domain/release/model-version.ts';
import { Pinned, type Release } from '../../../lib/domain/release/release.ts';
import { AskedOverride } from '../../../lib/domain/release/tier-override.ts';
import {
  aDecision,
  aDirectory,
  aManifest,
  anApprovalCase,
  digestOf,
  NOW,
  PEOPLE,
  person,
} from '../../support/approval-case.ts';
import { DECISION_KEY, sealDecision } from '../../support/decision-key.ts';

/** As long as an id of the directory may be. */
const OWNER = 'o'.repeat(64);

/** As many bytes of JSON as a policy and a person can make of their characters. */
const ids = Array.from({ length: 20 }, (_, index) => `${'i'.repeat(62)}${10 + index}`);
const checklist = ids.map((id) => ({ id, question: '問'.repeat(512) }));

it.each(['字', '😀', '"'])(
  'the largest decision fits into its event, with the conditions of an approval whole, in %s',
  async (character) => {
    const comment = character.repeat(2000 / character.length);
    const text = character.repeat(200 / character.length);
    const directory = aDirectory([...PEOPLE, { id: OWNER, roles: ['legal'] }]);
    const scene = await anApprovalCase({ directory, manifest: aManifest({ change_id: '変'.repeat(128) }) });
    const { tiers, ...policy } = scene.policy;
    const largest = {
      ...policy,
      approval_meaning: '意'.repeat(256),
      tiers: { ...tiers, medium: { ...tiers.medium, checklist } },
    };
    const checks = scene.checks.map((check, index) => ({ ...check, evidenceSha256: digestOf(String(index)) }));
    const names = EvidenceName.options;
    const evidence = Object.fromEntries(names.map((name) => [name, { sha256: digestOf(name), sizeBytes: 1 }]));
    const pinned = { artifactSha256: scene.release.manifest.artifact_sha256, evidence };
    const { request } = scene;
    const release = { ...scene.release, pinned: Pinned.parse(pinned) };
    const asked = { request, payload: payloadFor(request, 'ada') };
    const documents = evidenceFilesOf(release).filter(({ kind }) => kind === 'document');
    const openings = new Map(documents.map((file) => [file.name, sealOpening(file, NOW, asked)]));
    const input = await aDecision(scene, 'ada', {
      policy: largest,
      checks,
      release: { ...release, evidenceDigest: evidenceDigest(release, checks) },
      openings,
      answered: {
        comment,
        checklist: new Map(ids.map((id) => [id, 'yes'])),
        conditions: Array.from({ length: 3 }, () => ({ text, owner: OWNER, due: '2026-12-14' })),
      },
    });

    const outcome = await decideApproval(input, { ...DECISION_KEY.signer, keyId: `arn:aws:kms:${'x'.repeat(100)}` });

    if (outcome.kind !== 'recorded') throw new Error('it was not recorded');
    expect(outcome.approval.opened).toHaveLength(documents.length);
    const { event, model } = outcome.change;
    expect(event.details['conditions']).toMatchObject([{ text }, { text }, { text }]);
    expect(event.reason).toMatch(/… \(2000 of at most 2000\)$/);
    const { length } = sealEvent(event, model, GENESIS, input.now).bytes;
    expect(length).toBeLessThanOrEqual(EVENT_MAX_BYTES);
  },
);

/** Every text and every list at its limit, and everything at once that a decision can have. */
const aLargestDecision = async (
  character: string,
  door: 'signed_link' | 'slack',
  conditions?: readonly Condition[],
) => {
  const most = (bytes: number, characters: number) =>
    character.repeat(Math.min(Math.floor(bytes / (Buffer.byteLength(JSON.stringify(character)) - 2)), characters));
  const [longest, releaseId] = ['p'.repeat(64), ReleaseId.parse('r'.repeat(64))];
  const scene = await anApprovalCase();
  const evidence = Object.fromEntries(
    EvidenceName.options.map((name) => [name, { sha256: digestOf(name), sizeBytes: 1 }]),
  );
  const { reason } = AskedOverride.parse({ reason: most(600, 500) });
  const { approval_meaning: meaning } = GovernancePolicy.parse({ ...scene.policy, approval_meaning: most(768, 512) });
  const release: Release = {
    ...scene.release,
    releaseId,
    modelName: ModelName.parse('m'.repeat(63)),
    modelVersion: ModelVersion.parse(`1.0.0-${'v'.repeat(58)}`),
    pinned: Pinned.parse({ artifactSha256: scene.release.manifest.artifact_sha256, evidence }),
    manifest: { ...scene.release.manifest, change_id: most(1000, 128) },
    tierOverride: {
      ...{ declared: 'medium', computed: 'high', rule: 'r'.repeat(64), reason },
      roles: Array.from({ length: ROLES_MAX }, () => 'risk_or_compliance_owner'),
    },
  };
  const files = evidenceFilesOf(release).filter(({ kind }) => kind === 'document');
  const approval: Approval = {
    entity: 'approval',
    version: 0,
    releaseId,
    requestId: `apr-${releaseId}`,
    approverId: person(longest),
    approverRole: 'risk_or_compliance_owner',
    actingFor: person(longest),
    decision: 'approve',
    comment: most(6000, 2000),
    timestamp: NOW,
    evidenceDigestVerified: scene.request.evidenceDigest,
    checklist: checklist.map((item) => ({ ...item, answer: 'yes' })),
    meaning,
    authMethod: door,
    follows: { decided_at: NOW, envelope_sha256: digestOf('of the approval') },
    // Slack shows no files, so nothing is opened there.
    ...(door === 'slack'
      ? { opened: [], slack: { team_id: `T${'A'.repeat(31)}`, user_id: `U${'A'.repeat(31)}`, requested_at: NOW } }
      : { opened: files.map(({ name, sha256 }) => ({ name, sha256, at: NOW })) }),
    ...(conditions && { conditions: [...conditions] }),
  };
  const envelope = sealDecision(stateDecision(approval, release));
  return {
    release,
    decided: {
      release,
      request: { ...scene.request, releaseId, requestId: approval.requestId },
      checks: scene.checks.map((check, index) => ({ ...check, evidenceSha256: digestOf(String(index)) })),
      decision: 'approve' as const,
      approval: { ...approval, signed: { keyId: `arn:aws:kms:${'x'.repeat(100)}`, envelope } },
      requestStatus: 'approved',
      required: { requiredPeople: Array.from({ length: ROLES_MAX }, () => person(longest)) },
      stage: { name: 'compliance', is_complete: true, opens: ['deployment'] },
    },
  };
};

const threeOf = (character: string): Condition[] =>
  Array.from({ length: 3 }, () => ({
    text: character.repeat(200 / character.length),
    owner_id: person(OWNER),
    due_at: NOW,
  }));

describe.each(['字', '😀', '"', 'a'])('the largest decision of all, in %s', (character) => {
  it.each(['signed_link', 'slack'] as const)('fits into its event, by %s', async (door) => {
    const { release, decided } = await aLargestDecision(character, door);

    const event = decisionEvent(decided);

    const { length } = sealEvent(event, release.modelName, GENESIS, NOW).bytes;
    expect(length).toBeLessThanOrEqual(EVENT_MAX_BYTES);
  });
});

it.each(['字', '😀', '"'])('three conditions that it has no room for are to be shortened, in %s', async (character) => {
  const { decided } = await aLargestDecision(character, 'signed_link', threeOf(character));

  expect(() => decisionEvent(decided)).toThrow('the conditions are too long');
});

it('it has room for three conditions in plain English', async () => {
  const { release, decided } = await aLargestDecision('a', 'signed_link', threeOf('a'));

  const { length } = sealEvent(decisionEvent(decided), release.modelName, GENESIS, NOW).bytes;
  expect(length).toBeLessThanOrEqual(EVENT_MAX_BYTES);
});

it.each(['字', '😀', '"'])('what is kept whole is bounded in bytes, not only in characters: %s', async (character) => {
  const { policy } = await anApprovalCase();
  const long = character.repeat(450 / character.length);

  expect(AskedOverride.safeParse({ reason: long }).error?.issues[0]?.message).toBe(
    'takes more than 600 bytes: shorten it',
  );
  const meaning = GovernancePolicy.safeParse({ ...policy, approval_meaning: long });
  expect(meaning.error?.issues[0]).toMatchObject({
    path: ['approval_meaning'],
    message: 'takes more than 768 bytes: shorten it',
  });
});
