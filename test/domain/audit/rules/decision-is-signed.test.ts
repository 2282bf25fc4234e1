import { describe } from 'vitest';
import { decisionIsSigned } from '../../../../lib/domain/audit/rules/decision-is-signed.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { DECISION_KEY, makeKey, OTHER_KEY } from '../../../support/decision-key.ts';
import { allSigned, secondOf, signedDraft, signingSince } from '../../../support/signed-drafts.ts';
import { describeRule, place, story } from './describe-rule.ts';

const granted = place('approval_granted');
const first = story[granted] as EventDraft; // the story has two of them

const signed = allSigned(story);
const forged = (change: Parameters<typeof signedDraft>[2], draft = first): EventDraft[] =>
  signed.map((one, index) => (index === granted ? signedDraft(draft, granted, change) : one));
const instead = (draft: EventDraft): EventDraft[] => signed.map((one, index) => (index === granted ? draft : one));
const genuine = signedDraft(first, granted);

describe('a decision that a person signed', () => {
  describeRule(decisionIsSigned, {
    signing: signingSince(DECISION_KEY),
    keptBy: [['the signatures of both people', signed]],
    brokenBy: [
      ['none', instead(first), 'it is not signed'],
      [
        'what is no envelope',
        instead({ ...genuine, details: { ...genuine.details, envelope: 'x' } }),
        'no key that signed',
      ],
      ['a signature by another key', forged({ key: OTHER_KEY }), 'no key that signed decisions then has signed it'],
      ['one about another release', forged({ stated: { releaseId: 'credit-0' } }), 'has another release_id'],
      ['one about another request', forged({ stated: { requestId: 'apr-credit-0' } }), 'has another request_id'],
      [
        'one about another artifact',
        forged({ stated: { artifactSha256: 'e'.repeat(64) } }),
        'has another artifact_sha256',
      ],
      [
        'one over other evidence',
        forged({ stated: { evidenceDigest: 'e'.repeat(64) } }),
        'has another evidence_digest',
      ],
      ['one by another person', forged({ stated: { approverId: 'eve' } }), 'has another approver_id'],
      ['one in another role', forged({ stated: { approverRole: 'legal' } }), 'has another approver_role'],
      ['one under a denial', forged({ stated: { decision: 'deny' } }), 'has another decision'],
      ['one with another meaning', forged({ stated: { meaning: 'Nein.' } }), 'has another meaning'],
      ['one by another door', forged({ stated: { door: 'session' } }), 'has another door'],
      [
        'one with another answer',
        instead({ ...genuine, details: { ...genuine.details, checklist: [{ id: 'limits', answer: 'no' }] } }),
        'has another checklist',
      ],
      [
        'an event that leaves the request out',
        instead({ ...genuine, details: { envelope: genuine.details['envelope'] ?? '' } }),
        'request_id, checklist',
      ],
      ['one that was made long before', forged({ stated: { decidedAt: secondOf(-400) } }), 'it was signed at'],
      ['one that was made later', forged({ stated: { decidedAt: secondOf(400) } }), 'it was signed at'],
    ],
  });
});

describe('decisions after a second key was published', () => {
  const second = makeKey('second-key');
  describeRule(decisionIsSigned, {
    signing: signingSince(DECISION_KEY, second),
    keptBy: [['signatures by the second one', allSigned(story, 0, second)]],
    brokenBy: [['a signature by the first one', signed, 'no key that signed decisions then has signed it']],
  });
});
