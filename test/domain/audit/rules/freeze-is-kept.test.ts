import { describe, expect, it } from 'vitest';
import { deployedPoliciesIn } from '../../../../lib/domain/audit/deployed-policies.ts';
import { freezeIsKept } from '../../../../lib/domain/audit/rules/freeze-is-kept.ts';
import { verifyLedger } from '../../../../lib/domain/audit/verify.ts';
import { Instant } from '../../../../lib/domain/identifiers.ts';
import { CONFIGURATION_CHAIN, type EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { readRowsFile } from '../../../../lib/domain/ledger/rows-file.ts';
import { policySha256 } from '../../../../lib/domain/policy/policy-record.ts';
import { canonicalSha256 } from '../../../../lib/domain/signing/canonical-json.ts';
import { aPolicy } from '../../../support/approval-case.ts';
import { aDraft, eventFiles, sealAll } from '../../ledger/a-ledger.ts';
import { approved, asked, confirmed, promoted, refused, requested, used } from './break-glass-events.ts';
import { describeRule } from './describe-rule.ts';

const DIGEST = 'b'.repeat(64);
const freeze = {
  name: 'audit week',
  zone: 'UTC',
  from: '2026-11-20T12:00',
  until: '2026-11-22T00:00',
  on_freeze: 'wait',
};
/** The events of the story are around this. */
const begun = { ...freeze, from: '2026-11-21T00:00' };
const over = { ...freeze, until: '2026-11-20T23:58' };

const started = (details: EventDraft['details'] = {}): EventDraft =>
  aDraft({
    event_type: 'deployment_started',
    approval_state: 'approved',
    details: { environment: 'prod', deployed_policy_sha256: DIGEST, freezes: [], freezes_total: 0, ...details },
  });
/** What a later version might write, or nobody can. */
const unreadable: [string, Readonly<Record<string, string>> | string][] = [
  ['is no window', 'x'],
  ['lacks its zone', { name: 'audit week', from: freeze.from, until: freeze.until, on_freeze: 'wait' }],
  ['is in a zone that nobody here knows', { ...freeze, zone: 'Mars/Olympus_Mons' }],
  ['begins at a moment of another kind', { ...freeze, from: 'the last friday 16:00' }],
  ['ends on no day', { ...freeze, until: '2026-11-32T00:00' }],
  ['begins each week and ends once', { ...freeze, from: 'friday 16:00' }],
];
const unnamed = aDraft({ event_type: 'deployment_started', approval_state: 'approved' });
const within = started({ freezes: [over, freeze], freezes_total: 2 });

/** What a ledger says whose first order that named a policy was long before these. */
const orderAt = (timestamp: string, digest = DIGEST) => ({
  ...{
    event_type: 'deployment_started',
    timestamp: Instant.parse(timestamp),
    details: { deployed_policy_sha256: digest },
  },
});
const knowing = deployedPoliciesIn([orderAt('2026-11-20T00:00:00.000Z') as never], []);

describe('a promotion in a freeze (GT-6)', () => {
  describeRule(freezeIsKept, {
    deployedPolicies: knowing,
    keptBy: [
      ['one that is ordered where no window is on', [...approved, started(), ...promoted]],
      ['one before which the window had ended', [...approved, started({ freezes: [over] }), ...promoted]],
      [
        'one that may have been judged before the window began',
        [...approved, started({ freezes: [begun] }), ...promoted],
      ],
      [
        'one that two people let pass, and the gate has put on record',
        [...approved, asked, confirmed, requested, used, within, ...promoted],
      ],
    ],
    brokenBy: [
      [
        'one that is ordered within a window',
        [...approved, within, ...promoted],
        'deployment_started of release credit-1: the freeze “audit week” was on, until 2026-11-22 00:00 UTC (2026-11-22T00:00:00.000Z)',
      ],
      [
        'one that a break-glass would have let pass, had the gate used it',
        [...approved, asked, confirmed, requested, within, ...promoted],
        'the freeze “audit week” was on',
      ],
      ...unreadable.map(([what, window]): [string, EventDraft[], string] => [
        `one whose window ${what}`,
        [...approved, started({ freezes: [over, window], freezes_total: 2 }), ...promoted],
        'deployment_started of release credit-1: whether a freeze was on cannot be judged: ',
      ]),
      [
        'one within a window that has a field of a later version, and another word for what becomes of it',
        [
          ...approved,
          started({ freezes: [{ ...freeze, on_freeze: 'ask', but: ['x'] }], freezes_total: 1 }),
          ...promoted,
        ],
        'the freeze “audit week” was on',
      ],
      [
        'one that lists some of its windows only',
        [...approved, started({ freezes: [over], freezes_total: 3 }), ...promoted],
        'whether a freeze was on cannot be judged: it lists 1 of 3 windows',
      ],
      [
        'one whose windows are no list',
        [...approved, started({ freezes: 'none' }), ...promoted],
        'whether a freeze was on cannot be judged: its windows are no list',
      ],
      ['an order that names no policy', [...approved, unnamed, ...promoted], 'it names no deployed policy'],
      [
        'one that reaches production without an order',
        [...approved, ...promoted],
        'deployment_promoted of release credit-1: no order of it names the policy whose windows counted',
      ],
      [
        'one whose order was of an attempt before',
        [...approved, started(), refused, requested, ...promoted],
        'no order of it names the policy whose windows counted',
      ],
      [
        'one without an attempt',
        [...approved, refused, ...promoted],
        'no order of it names the policy whose windows counted',
      ],
    ],
  });

  describeRule(freezeIsKept, {
    keptBy: [['orders of versions that named no policy', [...approved, unnamed, ...promoted]]],
    brokenBy: [['the first that names one', [...approved, within, ...promoted], 'the freeze “audit week” was on']],
  });
});

describe('the policy that an order names', () => {
  const policy = { ...aPolicy(), freezes: [{ ...freeze, tiers: ['high'] }, freeze, { ...freeze, models: ['other'] }] };
  const digest = policySha256(policy);
  /** The story is of the model `credit` in `prod`; each would have been on. */
  const others = [
    { ...freeze, models: ['other'] },
    { ...freeze, tiers: ['low'] },
    { ...freeze, environments: ['test'] },
    { ...freeze, models: ['other'], zone: 'Mars/Olympus_Mons' },
  ];
  const ofOthers = { ...aPolicy(), freezes: others };
  const elsewhere = { ...aPolicy(), freezes: [{ ...freeze, zone: 'Mars/Olympus_Mons' }] };
  /** Of a version to come, whose windows have parts. */
  const later = { schema: 'of a later version', freezes: [over, { name: 'audit week', parts: [freeze] }] };
  const rowsOf = (...rows: object[]) => {
    const line = Buffer.from(`${JSON.stringify({ rows })}\n`);
    const file = readRowsFile('rows/v1/dt=2026-11-20/000000000000.ndjson', line);
    if ('problem' in file) throw new Error(file.problem);
    return [file];
  };
  const known = deployedPoliciesIn(
    [],
    rowsOf(
      ...[policy, ofOthers, elsewhere, later, aPolicy(), { name: 'x' }, 0.5].map((one) => ({
        entity: 'policy',
        policy: one,
      })),
    ),
  );

  describeRule(freezeIsKept, {
    deployedPolicies: known,
    keptBy: [
      [
        'one whose windows are about other models, tiers and environments, whatever the order says',
        [...approved, started({ deployed_policy_sha256: policySha256(ofOthers), freezes: [freeze] }), ...promoted],
      ],
      [
        'one whose policy has no windows',
        [...approved, started({ deployed_policy_sha256: policySha256(aPolicy()), freezes: [freeze] }), ...promoted],
      ],
    ],
    brokenBy: [
      [
        'an order whose policy has a window that this version cannot read, and says nothing of it',
        [...approved, started({ deployed_policy_sha256: canonicalSha256(later) }), ...promoted],
        'whether a freeze was on cannot be judged: window 2 of 2',
      ],
      [
        'an order whose policy has a window in a zone that nobody here knows',
        [...approved, started({ deployed_policy_sha256: policySha256(elsewhere) }), ...promoted],
        'whether a freeze was on cannot be judged: the window “audit week”',
      ],
      [
        'an order that keeps a window from the record which the policy has',
        [...approved, started({ deployed_policy_sha256: digest }), ...promoted],
        'the freeze “audit week” was on',
      ],
    ],
  });

  const change = (policy_sha256: string) => ({
    model: CONFIGURATION_CHAIN,
    draft: aDraft({
      event_type: 'configuration_changed',
      ...{ release_id: '', model_name: '', model_version: '' },
      approval_state: '',
      policy_sha256,
    }),
  });
  const onCredit = (draft: EventDraft) => ({ model: 'credit', draft });
  const told = (before: string, ...after: string[]) => [
    change(before),
    ...[...approved, started(), ...promoted].map(onCredit),
    ...after.map(change),
  ];
  const problemsOf = async (ledger: Parameters<typeof sealAll>[0], apart: number) =>
    (await verifyLedger(eventFiles(sealAll(ledger, new Map(), 0, apart)))).problems.map(({ why }) => why);
  const other = 'a'.repeat(64);
  const strange = `deployment_started of release credit-1: its windows are those of the policy ${DIGEST}, which was not deployed then`;

  it('was deployed, by what the ledger says of the configuration', async () => {
    expect(await problemsOf(told(DIGEST, other), 600)).toEqual([]);
    expect(await problemsOf(told(other, DIGEST), 600)).toEqual([strange]);
    expect(await problemsOf([change(DIGEST), ...told(other)], 600)).toEqual([strange]);
  });

  it('may have been deployed shortly before or after, because chains have no common order', async () => {
    expect(await problemsOf(told(other, DIGEST), 60)).toEqual([]);
    expect(await problemsOf([...told(DIGEST).slice(0, -2), change(other), ...told(DIGEST).slice(-2)], 60)).toEqual([]);
  });

  it('is any, where the ledger says of no configuration before', async () => {
    const late = [...told(other).slice(1), change(other), change(other)];

    expect(await problemsOf(late, 600)).toEqual([]);
  });
});
