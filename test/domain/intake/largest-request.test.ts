import { expect, it } from 'vitest';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { EVENT_MAX_BYTES } from '../../../lib/domain/ledger/event.ts';
import { aDirectory } from '../../support/approval-case.ts';
import { ofContent } from '../../support/denials.ts';
import { aClaim, anIntake } from '../../support/intake.ts';
import { ASKING, PEOPLE, rankingPolicy } from '../../support/lowered-tier.ts';

/** As many of the longest ids as an event names. */
const denials = Array.from({ length: 17 }, (_, index) =>
  ofContent({ releaseId: `${'r'.repeat(62)}${10 + index}` as never, decidedBy: `${'p'.repeat(62)}${10 + index}` }),
);
const uri = (index: number) => `s3://models/${index}${'"'.repeat(1010)}`;

it.each(['字', '😀', '"'])('the largest request after denials fits into its event, in %s', async (character) => {
  const intake = anIntake({ policy: rankingPolicy(), directory: aDirectory(PEOPLE) });
  intake.store.seed(...denials);
  const claim = aClaim({
    ...ASKING,
    release_id: 'r'.repeat(64),
    risk_tier_override: {
      reason: character
        .repeat(Math.floor(600 / Buffer.byteLength(JSON.stringify(character).slice(1, -1))))
        .slice(0, 500),
    },
    change_id: character.repeat(128 / character.length),
    denial_answer: character.repeat(2000 / character.length),
    artifact_uri: uri(0),
    evaluation_report_uri: uri(1),
    model_card_uri: uri(2),
    data_provenance_uri: uri(3),
    further_evidence: {
      bias_report: uri(4),
      drift_report: uri(5),
      load_test_report: uri(6),
      training_provenance: uri(7),
    },
  });

  const outcome = await requestRelease(claim, intake);

  expect(outcome).toMatchObject({ outcome: 'accepted' });
  const sealed = await intake.store.event('mortgage-approval', 1);
  expect(sealed?.bytes.length).toBeLessThanOrEqual(EVENT_MAX_BYTES);
  expect(sealed?.event.details).toMatchObject({ denied_before_total: 17, denial_answered: true });
  expect(sealed?.event.details['denial_answer']).toMatch(/^.{500}… \(2000 of at most 2000\)$/u);
});
