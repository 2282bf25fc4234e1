import { describe } from 'vitest';
import { approvalWasNotTakenBack } from '../../../../lib/domain/audit/rules/approval-was-not-taken-back.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { APART, deniedElsewhere, SIGNING, signedApart } from '../../../support/denials-elsewhere.ts';
import { signedDraft } from '../../../support/signed-drafts.ts';
import { SUBJECT } from '../../ledger/a-ledger.ts';
import { describeRule, place, saying, story } from './describe-rule.ts';

const GRANTED = place('approval_granted') * APART;
const APPROVED = place('release_approved') * APART;
/** The replay must not object to a denial that came so late before an event: whoever judged that may not have seen it. */
const RACE = 300;

/** The chain under a rule, whose decisions are signed when they are appended. */
const asked = (rule?: string): EventDraft[] =>
  signedApart(saying('approval_requested', rule === undefined ? {} : { after_denial: rule }));
const approved = asked('answer').slice(0, place('release_approved') + 1);
const given = { signing: SIGNING, apart: APART };
const mia = 'mia denied the same bytes as fraud-1 at ';

describe('an approval that its giver took back before it counted (AP-16)', () => {
  describeRule(approvalWasNotTakenBack, {
    ...given,
    denials: deniedElsewhere({ by: 'mia', at: GRANTED }, { by: 'rob', at: GRANTED + APART - 1 }),
    keptBy: [
      ['a policy that only shows denials', asked('shown')],
      ['a request of an earlier version, which did not say what the policy asks for', asked()],
    ],
    brokenBy: [
      ['a policy that asks for an answer', asked('answer'), `release_approved of release credit-1: ${mia}`],
      ['a policy that asks for the same person', asked('same_person'), mia],
      ['a rule that this version does not know', asked('two_others'), mia],
      ['a promotion as well', asked('answer'), `deployment_promoted of release credit-1: ${mia}`],
    ],
  });
});

describe('an approval whose giver asked for changes to the same bytes before it counted (AP-16)', () => {
  const changes = { event_type: 'changes_requested' } as const;
  describeRule(approvalWasNotTakenBack, {
    ...given,
    denials: deniedElsewhere({ by: 'mia', at: GRANTED, changes }),
    keptBy: [['a policy that only shows what was decided', asked('shown')]],
    brokenBy: [
      ['a policy that asks for an answer', asked('answer'), 'mia asked for changes to the same bytes as fraud-1 at '],
    ],
  });
});

const [again] = saying('approval_requested', { after_denial: 'shown' }).slice(place('approval_requested'));
const askedAgain = saying('approval_requested', { after_denial: 'answer' }).toSpliced(
  place('approval_granted'),
  0,
  again as EventDraft, // the story has one
);

describe('a second request that asks for less', () => {
  describeRule(approvalWasNotTakenBack, {
    ...given,
    denials: deniedElsewhere({ by: 'mia', at: GRANTED + APART }),
    keptBy: [['no such request, and an earlier version', asked()]],
    brokenBy: [['the chain', signedApart(askedAgain), mia]],
  });
});

describe('an approval that its giver took back while it was counted', () => {
  describeRule(approvalWasNotTakenBack, {
    ...given,
    denials: deniedElsewhere({ by: 'mia', at: APPROVED - RACE + 1 }),
    keptBy: [['a release that was not promoted yet', approved]],
    brokenBy: [['a promotion', asked('answer'), `deployment_promoted of release credit-1: ${mia}`]],
  });
});

describe('an approval by a key that was replaced before the promotion', () => {
  const replaced: typeof SIGNING = {
    ...SIGNING,
    keysAt: (event) => (event.event_type === 'deployment_promoted' ? [] : SIGNING.keysAt(event)),
  };
  describeRule(approvalWasNotTakenBack, {
    ...given,
    signing: replaced,
    denials: deniedElsewhere({ by: 'mia', at: APPROVED - RACE + 1 }),
    keptBy: [['a release that was not promoted yet', approved]],
    brokenBy: [['a promotion, which relies on what was counted', asked('answer'), mia]],
  });
});

describe('a denial that is appended late', () => {
  describeRule(approvalWasNotTakenBack, {
    ...given,
    denials: deniedElsewhere({ by: 'mia', at: APPROVED - RACE, appended: APPROVED - RACE + 1 }),
    keptBy: [['a release that was approved meanwhile', approved]],
    brokenBy: [['its promotion', asked('answer'), mia]],
  });
});

describe('an approval that is appended late', () => {
  const late = asked('answer').with(
    place('approval_granted'),
    signedDraft(story[place('approval_granted')] as EventDraft, GRANTED - 9), // the story has it
  );
  describeRule(approvalWasNotTakenBack, {
    ...given,
    denials: deniedElsewhere({ by: 'mia', at: GRANTED - 8 }),
    keptBy: [['one that was signed when it was appended', asked('answer')]],
    brokenBy: [['one that was signed before the denial', late, mia]],
  });
});

describe('a denial that takes no approval back', () => {
  describeRule(approvalWasNotTakenBack, {
    ...given,
    denials: deniedElsewhere(
      { by: 'mia', at: GRANTED - 1, appended: GRANTED + 1 },
      { by: 'mia', at: GRANTED + 1, isSigned: false },
      { by: 'mia', at: GRANTED + 1, saysRule: false },
      { by: 'mia', at: GRANTED + 1, changes: { release_id: 'credit-1' } },
      { by: 'mia', at: GRANTED + 1, changes: { subject: { ...SUBJECT, artifact_sha256: '9'.repeat(64) } } },
      { by: 'rob', at: APPROVED - RACE + 1 },
    ),
    keptBy: [
      [
        'one that came before, or that nobody signed, or that former versions did not note, or of this release, or of other bytes',
        approved,
      ],
    ],
    brokenBy: [['only the one that comes after', asked('answer'), 'credit-1: rob denied the same bytes as fraud-6']],
  });
});
