/** A ledger in which decisions are signed from some place on: what was before, and what comes after (AU-11). */
import { describe, expect, it } from 'vitest';
import type { Demands } from '../../../lib/domain/audit/missing-proofs.ts';
import { verifyLedger } from '../../../lib/domain/audit/verify.ts';
import { Instant } from '../../../lib/domain/identifiers.ts';
import { type EventDraft, LOG_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { canonicalSha256 } from '../../../lib/domain/signing/canonical-json.ts';
import { aCondition } from '../../support/conditions.ts';
import { DECISION_KEY, makeKey, OTHER_KEY } from '../../support/decision-key.ts';
import { allSigned, publication, secondOf, signedDraft } from '../../support/signed-drafts.ts';
import { aReleaseInProduction, eventFiles, LOG_PUBLIC_KEY, logFiles, sealAll } from '../ledger/a-ledger.ts';

type StatedDecision = { readonly model: string; readonly draft: EventDraft };
const on = (model: string) => (draft: EventDraft) => ({ model, draft });
const former = aReleaseInProduction('credit-1').map(on('credit'));
const published = (key = DECISION_KEY): StatedDecision => on(LOG_CHAIN)(publication(key));
const LENGTH = former.length;

/** Verifies a ledger of these events, whose checkpoints cover so many of them each. */
const verify = async (told: readonly StatedDecision[], runs: readonly number[], demands: Demands = {}) => {
  const events = sealAll(told);
  const files = [...eventFiles(events), ...(await logFiles(events, runs))];
  return verifyLedger(files, { logPublicKeyPem: LOG_PUBLIC_KEY, ...demands });
};
/** A release of another model whose decisions are signed as they should be; it begins at this place of the ledger. */
const later = (at: number, key = DECISION_KEY) => allSigned(aReleaseInProduction('fraud-1'), at, key).map(on('fraud'));
const unsignedLater = aReleaseInProduction('fraud-1').map(on('fraud'));
const whys = ({ problems }: Awaited<ReturnType<typeof verify>>) => problems.map(({ why }) => why);

describe('a ledger of a version that signed no decisions', () => {
  it('holds, and says that they are not signed', async () => {
    const report = await verify(former, [LENGTH]);

    expect(report).toMatchObject({ problems: [], missingProofs: [], decisions: { signed: 0, keys: [] } });
    expect(report.decisions.beforeSigning).toHaveLength(2);
  });
});

describe('an approval with conditions', () => {
  const conditions = [aCondition()];
  const told = (said: object) => {
    const drafts = allSigned(aReleaseInProduction('fraud-1'), 1);
    const [at] = drafts.flatMap(({ event_type: type }, index) => (type === 'approval_granted' ? [index] : []));
    if (at === undefined || drafts[at] === undefined) throw new Error('nobody approved');
    const signed = signedDraft(drafts[at], 1 + at, { stated: { conditions } });
    const draft = { ...signed, details: { ...signed.details, ...said } };
    return verify([published(), ...drafts.with(at, draft).map(on('fraud'))], [1, LENGTH]);
  };

  it('holds with the conditions that were signed', async () => {
    expect(whys(await told({ conditions }))).toEqual([]);
  });

  it.each([{}, { conditions: [] }, { conditions: [aCondition({ owner_id: 'rita' })] }, { conditions: 'none' }])(
    'does not hold where the event says %j',
    async (said) => {
      expect(whys(await told(said))).toContainEqual(expect.stringContaining('has another conditions_sha256'));
    },
  );
});

describe('a key that no checkpoint covers', () => {
  const forged = [
    ...[published(), ...later(1), published(OTHER_KEY)],
    ...allSigned(aReleaseInProduction('credit-9'), 2 + LENGTH, OTHER_KEY).map(on('credit')),
  ];

  it('proves nothing about the decisions that it signed: anyone who writes to a copy can publish one', async () => {
    const report = await verify(forged, [1, LENGTH]);

    expect(report.problems).toEqual([]);
    expect(report.missingProofs).toEqual([
      {
        proof: 'decision_key',
        why: expect.stringMatching(/^no checkpoint covers the key that signed .*, and 1 more: /),
      },
    ]);
    expect(report.decisions).toMatchObject({ signed: 2, bySomeKey: [expect.any(String), expect.any(String)] });
  });

  it('is said of one decision, too', async () => {
    const only = forged.filter(({ draft }) => !(draft.release_id === 'credit-9' && draft.actor_role === 'risk_owner'));

    expect((await verify(only, [1, LENGTH])).missingProofs).toEqual([
      {
        proof: 'decision_key',
        why: expect.stringMatching(/^no checkpoint covers the key that signed [^,]*: verify a later copy$/),
      },
    ]);
  });

  it('counts from the copy on in which one covers it', async () => {
    const report = await verify(forged, [1, LENGTH + 1, LENGTH]);

    expect(report).toMatchObject({ problems: [], missingProofs: [], decisions: { signed: 4, bySomeKey: [] } });
  });

  it('is no fault where signing has not begun', async () => {
    const report = await verify([...former, published(), ...later(LENGTH + 1)], [LENGTH]);

    expect(report).toMatchObject({ problems: [], missingProofs: [], decisions: { signed: 0, bySomeKey: [] } });
  });
});

describe('a ledger over the update', () => {
  it('holds: what was decided before is unsigned, before signing, and what comes after is signed', async () => {
    const told = [...former, published(), ...later(LENGTH + 1)];

    const report = await verify(told, [LENGTH, 1, LENGTH], { decisionKeysPem: [DECISION_KEY.pem] });

    expect(report).toMatchObject({
      problems: [],
      missingProofs: [],
      decisions: { signed: 2, keys: [{ keyId: 'decision-key' }] },
    });
    expect(report.decisions.beforeSigning.map((key) => key.slice(-35))).toEqual(
      ['model=credit/000000000004.json', 'model=credit/000000000005.json'].map((key) => expect.stringContaining(key)),
    );
  });

  it('lets decisions be unsigned up to the checkpoint that covers the publication: they were under way', async () => {
    const told = [published(), ...former];

    expect(whys(await verify(told, [1 + LENGTH]))).toEqual([]);
    expect(whys(await verify(told, [6, LENGTH - 5]))).toContainEqual(expect.stringContaining('nobody has approved it'));
  });

  it('has decided nothing about signing as long as no checkpoint covers the publication', async () => {
    const report = await verify([...former, published(), ...unsignedLater], [LENGTH]);

    expect(report.problems).toEqual([]);
    expect(report.decisions.beforeSigning).toHaveLength(4);
  });

  it('names every later decision that is not signed, whatever its own timestamp says', async () => {
    const told = [...former, published(), ...unsignedLater];

    const report = await verify(told, [LENGTH, 1, LENGTH]);

    expect(report.problems.map(({ key, why }) => `${key} ${why}`)).toEqual([
      expect.stringMatching(/model=fraud\/0+4.json approval_granted .*: it is not signed/),
      expect.stringMatching(/model=fraud\/0+5.json approval_granted .*: it is not signed/),
      expect.stringMatching(/model=fraud\/0+6.json release_approved .*: nobody has approved it as ml_lead, risk_owner/),
    ]);
    expect(report.decisions.beforeSigning).toHaveLength(2);
  });

  it('names them at its end, too, where no checkpoint covers them', async () => {
    expect(whys(await verify([...former, published(), ...unsignedLater], [LENGTH, 1]))).toHaveLength(3);
  });

  it('lets nobody be approved later by what was decided before it', async () => {
    const [decided, approved] = [former.slice(0, 5), former.slice(5)];

    expect(whys(await verify([...decided, published(), ...approved], [5, 1, LENGTH - 5]))).toEqual([
      expect.stringContaining('nobody has approved it as ml_lead, risk_owner'),
    ]);
  });

  it('asks for the conditions of the decision that was made again, and no longer for those before', async () => {
    const [decided, approved] = [former.slice(0, 5), former.slice(5)];
    const overdue = { conditions: [aCondition({ due_at: '2026-11-20T20:00:00.000Z' })] };
    const before = decided.map((one) =>
      one.draft.event_type === 'approval_granted' ? on('credit')({ ...one.draft, details: overdue }) : one,
    );
    const again = decided.slice(3).map(({ draft }, index) => on('credit')(signedDraft(draft, 6 + index)));

    expect(whys(await verify([...before, published(), ...again, ...approved], [5, 1, LENGTH - 3]))).toEqual([]);
    expect(whys(await verify([...before, ...approved], [LENGTH]))).toContainEqual(
      expect.stringContaining('condition mia-1 was to be met by'),
    );
  });

  it('lets the same people decide again, signed, and once', async () => {
    const [decided, approved] = [former.slice(0, 5), former.slice(5)];
    const again = decided.slice(3).map(({ draft }, index) => on('credit')(signedDraft(draft, 6 + index)));
    const twice = decided.slice(3, 4).map(({ draft }) => on('credit')(signedDraft(draft, 8)));

    expect(whys(await verify([...decided, published(), ...again, ...approved], [5, 1, LENGTH - 3]))).toEqual([]);
    expect(whys(await verify([...decided, published(), ...again, ...twice], [5, 1, 3]))).toEqual([
      expect.stringContaining('mia has decided before'),
    ]);
  });
});

describe('a denial', () => {
  const asked = former.slice(0, 3);
  const { draft } = former[3] as StatedDecision; // the first of the two decisions
  const denial: EventDraft = { ...draft, event_type: 'approval_denied', approval_state: 'rejected' };

  it('is signed like an approval', async () => {
    const report = await verify([published(), ...asked, on('credit')(signedDraft(denial, 4))], [1, 4]);

    expect(report).toMatchObject({ problems: [], decisions: { signed: 1, beforeSigning: [] } });
  });

  it('is no other decision: a request for changes is signed as one', async () => {
    const changes: EventDraft = { ...denial, event_type: 'changes_requested' };
    const of = async (stated: object) =>
      whys(await verify([published(), ...asked, on('credit')(signedDraft(changes, 4, { stated }))], [1, 4]));

    expect(await of({})).toEqual([]);
    expect(await of({ decision: 'deny' })).toEqual([expect.stringContaining('what was signed has another decision')]);
  });

  it('is named if it is not', async () => {
    const report = await verify([published(), ...asked, on('credit')(denial)], [1, 4]);

    expect(whys(report)).toEqual([expect.stringContaining('approval_denied of release credit-1: it is not signed')]);
  });
});

describe('a denial by a person who had approved', () => {
  const asked = former.slice(0, 3);
  const { draft } = former[3] as StatedDecision;
  const [granted, another] = [
    signedDraft(draft, 4),
    signedDraft({ ...draft, actor_id: 'rob', actor_role: 'risk_owner' }, 5),
  ];
  const following = (of: EventDraft, second = 5) => ({
    decided_at: Instant.parse(secondOf(second)),
    envelope_sha256: canonicalSha256(of.details['envelope'] ?? ''),
  });
  const denied = (stated: object, type = 'approval_denied' as const) =>
    signedDraft({ ...draft, event_type: type, approval_state: 'rejected' }, 6, { stated });
  const objections = async (...decisions: EventDraft[]) =>
    whys(await verify([published(), ...asked, ...decisions.map(on('credit'))], [1, 3 + decisions.length]));

  it('keeps the rules if it names that approval', async () => {
    expect(await objections(granted, another, denied({ follows: following(granted) }))).toEqual([]);
  });

  it.each([
    ['none', {}],
    ['the approval of another person', { follows: following(another) }],
  ])('breaks them if it names %s', async (_, stated) => {
    expect(await objections(granted, another, denied(stated))).toEqual([
      expect.stringContaining('mia has decided before'),
    ]);
  });

  it('breaks them if it comes a second time, or approves', async () => {
    const first = signedDraft({ ...draft, event_type: 'approval_denied' }, 5, {
      stated: { follows: following(granted) },
    });

    expect((await objections(granted, first, denied({ follows: following(granted) }))).join()).toContain(
      'mia has decided before',
    );
    const approved = signedDraft(draft, 5, { stated: { follows: following(granted) } });
    expect(await objections(granted, approved)).toEqual([expect.stringContaining('mia has decided before')]);
  });
});

describe('another decision key', () => {
  const second = makeKey('second-key');

  it('takes over from its own checkpoint on', async () => {
    const told = [published(), ...later(1), published(second), ...former];
    const signed = [
      ...told.slice(0, LENGTH + 2),
      ...allSigned(
        former.map(({ draft }) => draft),
        LENGTH + 2,
        second,
      ).map(on('credit')),
    ];
    const byFormer = [
      ...told.slice(0, LENGTH + 2),
      ...allSigned(
        former.map(({ draft }) => draft),
        LENGTH + 2,
      ).map(on('credit')),
    ];
    const runs = [1, LENGTH, 1, LENGTH];

    const report = await verify(signed, runs);
    expect(report).toMatchObject({ problems: [], decisions: { signed: 4, beforeSigning: [] } });
    expect(report.decisions.keys.map(({ keyId }) => keyId)).toEqual(['decision-key', 'second-key']);
    expect(whys(await verify(byFormer, runs))).toEqual([
      expect.stringContaining('no key that signed decisions then has signed it'),
      expect.stringContaining('no key that signed decisions then has signed it'),
      expect.stringContaining('nobody has approved it as ml_lead, risk_owner'),
    ]);
  });

  it('lets decisions by the one before be under way when it takes over', async () => {
    const byFormer = allSigned(
      former.map(({ draft }) => draft),
      2,
    ).map(on('credit'));

    expect(whys(await verify([published(), published(second), ...byFormer], [1, 1 + LENGTH]))).toEqual([]);
  });

  it('on the chain of a model is nobody’s key', async () => {
    const forged = later(LENGTH + 2, OTHER_KEY);
    const told = [...former, published(), on('credit')(publication(OTHER_KEY)), ...forged];

    expect(whys(await verify(told, [LENGTH, 1, LENGTH + 1]))).toEqual([
      expect.stringContaining('it is on the chain credit'),
      expect.stringContaining('no key that signed decisions then has signed it'),
      expect.stringContaining('no key that signed decisions then has signed it'),
      expect.stringContaining('nobody has approved it'),
    ]);
  });

  it('that the auditor does not know is named, though the log published it', async () => {
    const told = [...former, published(), published(OTHER_KEY)];

    const report = await verify(told, [LENGTH, 2], { decisionKeysPem: [DECISION_KEY.pem] });

    expect(whys(report)).toEqual([expect.stringContaining('publishes a decision key that you did not give: sha256:')]);
  });

  it('that the auditor knows, and no covered event publishes, is a proof that is missing', async () => {
    const known = { decisionKeysPem: [DECISION_KEY.pem] };
    const missing = [{ proof: 'decision_key', why: expect.stringContaining('no covered event publishes sha256:') }];

    expect(await verify(former, [LENGTH], known)).toMatchObject({ problems: [], missingProofs: missing });
    expect(await verify([...former, published()], [LENGTH], known)).toMatchObject({ missingProofs: missing });
    expect(await verify([...former, published()], [LENGTH, 1], known)).toMatchObject({ missingProofs: [] });
  });

  it('is none if its publication cannot be read: decisions stay unsigned, before signing, and it is named', async () => {
    const broken = on(LOG_CHAIN)(publication(DECISION_KEY, { details: {} }));

    const report = await verify([...former, broken, ...unsignedLater], [LENGTH, 1, LENGTH]);

    expect(whys(report)).toEqual([expect.stringContaining('it names no key on P-256')]);
    expect(report.decisions.beforeSigning).toHaveLength(4);
  });
});
