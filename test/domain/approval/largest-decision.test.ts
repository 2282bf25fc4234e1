import { expect, it } from 'vitest';
import { decideApproval } from '../../../lib/domain/approval/decide.ts';
import { payloadFor } from '../../../lib/domain/approval/link.ts';
import { sealOpening } from '../../../lib/domain/approval/opened.ts';
import { GENESIS, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { EVENT_MAX_BYTES } from '../../../lib/domain/ledger/event.ts';
import { evidenceDigest } from '../../../lib/domain/records/evidence-digest.ts';
import { evidenceFilesOf } from '../../../lib/domain/release/evidence-files.ts';
import { EvidenceName } from '../../../lib/domain/release/manifest.ts';
import { Pinned } from '../../../lib/domain/release/release.ts';
import {
  aDecision,
  aDirectory,
  aManifest,
  anApprovalCase,
  digestOf,
  NOW,
  PEOPLE,
} from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';

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
      approval_meaning: '意'.repeat(512),
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
