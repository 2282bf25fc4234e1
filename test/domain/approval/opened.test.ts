import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideApproval } from '../../../lib/domain/approval/decide.ts';
import { payloadFor } from '../../../lib/domain/approval/link.ts';
import { openedFrom, sealOpening } from '../../../lib/domain/approval/opened.ts';
import { findSignedDecisions } from '../../../lib/domain/approval/signed-decisions.ts';
import type { Approval } from '../../../lib/domain/records/approval.ts';
import { openDecision } from '../../../lib/domain/records/decision.ts';
import { DOCUMENT_MAX_BYTES, evidenceFilesOf } from '../../../lib/domain/release/evidence-files.ts';
import { aDecision, anApprovalCase, digestOf, NOW, person } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { OPENED } from '../records/stated-decision.ts';

const PAGE = readFileSync(new URL('../../../docs/formats/decision.md', import.meta.url), 'utf8');

const scene = await anApprovalCase();
const { release, request } = scene;
const CARD = { name: 'model_card', sha256: digestOf('model_card') };
const asked = { release, request, payload: payloadFor(request, 'ada') };
const word = sealOpening(CARD, NOW, asked);
const opened = (value: string, changes: object = {}, name = 'model_card') =>
  openedFrom(new Map([[name, value]]), { ...asked, ...changes });

describe('what was opened from the page (AP-17)', () => {
  it('is what the browser brings back, with the digest that is signed, and the instant', () => {
    expect(opened(word)).toEqual([{ ...CARD, at: NOW }]);
  });

  it.each<[string, object]>([
    ['another person', { payload: payloadFor(request, 'katherine') }],
    ['another invitation', { payload: { ...asked.payload, n: 'another-nonce-of-the-tests' } }],
    ['another request', { request: { ...request, requestId: 'apr-other' } }],
    ['a request with another secret', { request: { ...request, taskToken: 'guessed' } }],
    [
      'other bytes',
      { release: { ...release, pinned: { evidence: { model_card: { sha256: digestOf('x'), sizeBytes: 1 } } } } },
    ],
    ['a release of which nothing is pinned', { release: { pinned: undefined } }],
  ])('counts for no other than it was sealed for: %s', (_, changes) => {
    expect(opened(word, changes)).toEqual([]);
  });

  it('is not another file, nor one that the release does not have', () => {
    expect(opened(word, {}, 'evaluation_report')).toEqual([]);
    expect(opened(word, {}, 'drift_report')).toEqual([]);
  });

  it('is the word that docs/formats/decision.md shows', () => {
    const example = {
      request: { requestId: 'apr-credit-1', taskToken: 'example-task-token' },
      payload: { p: person('mia'), n: 'example-nonce-of-mia' },
    };
    const [card] = OPENED.slice(-1);
    if (card === undefined) throw new Error('the vector has no card');

    expect(PAGE).toContain(`\nassay-opened-model_card=${sealOpening(card, card.at, example)}\n`);
  });

  it('is nothing that was made up or changed, in any character', () => {
    fc.assert(fc.property(fc.string(), (made) => opened(made).length === 0));
    const changed = [...word].map(
      (character, index) => `${word.slice(0, index)}${character === 'A' ? 'B' : 'A'}${word.slice(index + 1)}`,
    );

    // The last character of 32 bytes in base64url has two bits that say nothing.
    expect(changed.slice(0, -1).flatMap((one) => opened(one))).toEqual([]);
  });

  it('is in what the person signs; of a person who opened nothing: nothing', async () => {
    const decide = async (openings: ReadonlyMap<string, string>) => {
      const outcome = await decideApproval(await aDecision(scene, 'ada', { openings }), DECISION_KEY.signer);
      if (outcome.kind !== 'recorded') throw new Error('it was not recorded');
      return outcome.approval;
    };
    const signedIn = ({ signed }: Approval) => openDecision(signed?.envelope, DECISION_KEY.pem);

    expect(signedIn(await decide(new Map([['model_card', word]])))).toMatchObject({
      said: { opened: [{ ...CARD, at: NOW }] },
    });
    expect(signedIn(await decide(new Map([['model_card', 'made up']])))).toMatchObject({ said: { opened: [] } });
  });

  it('stands in the row as it was signed, or the decision does not count', async () => {
    const outcome = await decideApproval(await aDecision(scene, 'ada'), DECISION_KEY.signer);
    if (outcome.kind !== 'recorded') throw new Error('it was not recorded');
    const { opened: _, ...silent } = outcome.approval;
    const rows: Approval[] = [outcome.approval, { ...outcome.approval, opened: [{ ...CARD, at: NOW }] }, silent];
    const judged = rows.map((row) => findSignedDecisions([row], { release, decisionKeyPem: DECISION_KEY.pem }));

    expect(judged.map(({ signed }) => signed.length)).toEqual([1, 0, 0]);
    expect(judged.flatMap(({ unsigned }) => unsigned.map(({ problem }) => problem))).toEqual([
      'what was signed has another opened',
      'what was signed has another opened',
    ]);
  });
});

describe('the evidence files of a release', () => {
  const pinned = (evidence: object) => evidenceFilesOf({ pinned: { evidence } } as never);

  it('open by the link if they are documents, and not if they are tables of people, or nobody would read them', () => {
    const files = pinned({
      training_config: { sha256: 'a', sizeBytes: DOCUMENT_MAX_BYTES + 1 },
      predictions: { sha256: 'b', sizeBytes: 10 },
      perturbed_predictions: { sha256: 'c', sizeBytes: 10 },
      model_card: { sha256: 'd', sizeBytes: DOCUMENT_MAX_BYTES },
      table_of_a_later_version: { sha256: 'e', sizeBytes: 10 },
    });

    expect(files.map(({ name, kind }) => [name, kind])).toEqual([
      ['model_card', 'document'],
      ['perturbed_predictions', 'table'],
      ['predictions', 'table'],
      ['table_of_a_later_version', 'table'],
      ['training_config', 'large'],
    ]);
  });

  it('are none before they are pinned', () => {
    expect(evidenceFilesOf({})).toEqual([]);
  });
});
