import { describe } from 'vitest';
import { denialIsSettled } from '../../../../lib/domain/audit/rules/denial-is-settled.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { APART, deniedElsewhere, SIGNING, signedApart } from '../../../support/denials-elsewhere.ts';
import { SUBJECT } from '../../ledger/a-ledger.ts';
import { describeRule, place, saying } from './describe-rule.ts';

const REQUESTED = 0;
const APPROVED = place('release_approved') * APART;
const given = { signing: SIGNING, apart: APART };
const OTHER_BYTES = { subject: { ...SUBJECT, artifact_sha256: '9'.repeat(64) } };
const THIS_VERSION = { ...OTHER_BYTES, release_id: 'credit-0', model_name: 'credit' };

/** The chain of a release whose request says this about denials, under a rule. */
const asked = (rule: string, requested: EventDraft['details'] = {}): EventDraft[] => {
  const [request, ...rest] = saying('release_requested', requested);
  const others = saying('approval_requested', { after_denial: rule }).slice(1);
  return request === undefined ? rest : signedApart([request, ...others]);
};
const answering = (...releases: string[]) => ({
  denial_answered: true,
  denied_before: releases.map((id) => ({ release_id: id, by: 'zoe' })),
  denied_before_total: releases.length,
});
const zoe = 'nobody answers the denial of fraud-1 by zoe';

describe('a denial of the same bytes by somebody who does not approve (AP-16)', () => {
  describeRule(denialIsSettled, {
    ...given,
    denials: deniedElsewhere({ by: 'zoe', at: REQUESTED + 1 }),
    keptBy: [
      ['a policy that only shows it', asked('shown')],
      ['an answer that names it', asked('answer', answering('fraud-1'))],
      [
        'the same under the rule that asks for a person who is not there any more',
        asked('same_person', answering('fraud-1')),
      ],
      ['a release that waits', asked('answer').slice(0, place('release_approved'))],
    ],
    brokenBy: [
      ['no answer', asked('answer'), `release_approved of release credit-1: ${zoe}`],
      ['its promotion', asked('answer'), `deployment_promoted of release credit-1: ${zoe}`],
      [
        'a request that names it, and does not answer',
        asked('answer', { ...answering('fraud-1'), denial_answered: false }),
        zoe,
      ],
      ['an answer to another one, which came before', asked('answer', answering('fraud-9')), zoe],
      ['an answer that names none', asked('answer', { denial_answered: true }), zoe],
    ],
  });
});

describe('a request for changes to the same bytes', () => {
  describeRule(denialIsSettled, {
    ...given,
    denials: deniedElsewhere(
      { by: 'zoe', at: REQUESTED + 1, changes: { event_type: 'changes_requested' } },
      { by: 'yan', at: REQUESTED + 1 },
    ),
    keptBy: [['an answer to the denial alone', asked('answer', answering('fraud-2'))]],
    brokenBy: [['no answer to the denial', asked('answer'), 'nobody answers the denial of fraud-2 by yan']],
  });
});

describe('a denial that came before the request', () => {
  describeRule(denialIsSettled, {
    ...given,
    denials: deniedElsewhere({ by: 'zoe', at: REQUESTED - 1 }),
    keptBy: [['an answer that has no room to name it', asked('answer', answering())]],
    brokenBy: [['no answer', asked('answer'), zoe]],
  });
});

describe('a denial of the same version of the model', () => {
  describeRule(denialIsSettled, {
    ...given,
    denials: deniedElsewhere(
      { by: 'mia', at: REQUESTED + 1, changes: THIS_VERSION },
      { by: 'zoe', at: REQUESTED + 1, changes: { ...THIS_VERSION, model_version: '0.9.0' } },
      { by: 'zoe', at: REQUESTED + 1, changes: OTHER_BYTES },
      { by: 'zoe', at: APPROVED - 1, changes: { ...THIS_VERSION, release_id: 'credit-5' } },
    ),
    keptBy: [['the approval of the person who denied it', asked('answer').slice(0, place('release_approved') + 1)]],
    brokenBy: [
      [
        'one that came after the approval, and before the promotion',
        asked('answer'),
        'deployment_promoted of release credit-1: nobody answers the denial of credit-5 by zoe',
      ],
    ],
  });
});

describe('a denial by somebody whom the release names as its maker', () => {
  const answer = answering('fraud-1', 'credit-0');
  describeRule(denialIsSettled, {
    ...given,
    denials: deniedElsewhere({ by: 'tom', at: REQUESTED - 1 }),
    keptBy: [['an answer, where the policy asks for one', asked('answer', answer)]],
    brokenBy: [
      [
        'an answer, where the policy asks for that person',
        asked('same_person', answer),
        'tom denied the same bytes as fraud-1, and is named as a maker',
      ],
    ],
  });

  describeRule(denialIsSettled, {
    ...given,
    denials: deniedElsewhere({ by: 'rita', at: REQUESTED - 1, changes: THIS_VERSION }),
    keptBy: [['an answer about other bytes of this version, which they may have mended', asked('same_person', answer)]],
    brokenBy: [['no answer', asked('same_person'), 'nobody answers the denial of credit-0 by rita']],
  });
});
