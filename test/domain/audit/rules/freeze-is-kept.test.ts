import { describe, expect, it } from 'vitest';
import { deployedPoliciesIn } from '../../../../lib/domain/audit/deployed-policies.ts';
import { freezeIsKept } from '../../../../lib/domain/audit/rules/freeze-is-kept.ts';
import { verifyLedger } from '../../../../lib/domain/audit/verify.ts';
import { Instant } from '../../../../lib/domain/identifiers.ts';
import { CONFIGURATION_CHAIN, type EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { readRowsFile } from '../../../../lib/domain/ledger/rows-file.ts';
import { policySha256 } from '../../../../lib/domain/policy/policy-record.ts';
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
const unnamed = aDraft({ event_type: 'deployment_started', approval_state: 'approved' });
const within = started({ freezes: [over, freeze], freezes_total: 2 });

/** What a ledger says whose first order that named a policy was long before these. */
const orderAt = (timestamp: string, digest = DIGEST) => ({
  ...{ timestamp: Instant.parse(timestamp), details: { deployed_policy_sha256: digest } },
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
      [
        'windows that nobody can read',
        [...approved, started({ freezes: ['x', { ...freeze, zone: 'Nowhere' }] }), ...promoted],
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
  const rowsOf = (...rows: object[]) => {
    const line = Buffer.from(`${JSON.stringify({ rows })}\n`);
    const file = readRowsFile('rows/v1/dt=2026-11-20/000000000000.ndjson', line);
    if ('problem' in file) throw new Error(file.problem);
    return [file];
  };
  const known = deployedPoliciesIn(
    [],
    rowsOf({ entity: 'policy', policy }, { entity: 'policy', policy: { name: 'x' } }),
  );

  describeRule(freezeIsKept, {
    deployedPolicies: known,
    keptBy: [
      [
        'one whose windows are about other models',
        [
          ...approved,
          started({
            freezes: [freeze],
            deployed_policy_sha256: policySha256({ ...policy, freezes: [] }),
            environment: 'test',
          }),
          ...promoted,
        ].slice(0, approved.length),
      ],
    ],
    brokenBy: [
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
