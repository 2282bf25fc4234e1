import { describe, expect, it } from 'vitest';
import { deployedPoliciesIn } from '../../../../lib/domain/audit/deployed-policies.ts';
import { environmentIn, environmentOf } from '../../../../lib/domain/audit/ledger-environment.ts';
import { environmentIsOfTheLedger } from '../../../../lib/domain/audit/rules/environment-is-of-the-ledger.ts';
import { freezeIsKept } from '../../../../lib/domain/audit/rules/freeze-is-kept.ts';
import { verifyLedger } from '../../../../lib/domain/audit/verify.ts';
import type { AuditEvent, EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { readRowsFile } from '../../../../lib/domain/ledger/rows-file.ts';
import { policySha256 } from '../../../../lib/domain/policy/policy-record.ts';
import { aPolicy } from '../../../support/approval-case.ts';
import { aDraft, eventFiles, logFiles, sealAll } from '../../ledger/a-ledger.ts';
import { approved, asked, confirmed, promoted, requested, saying, used } from './break-glass-events.ts';
import { describeRule } from './describe-rule.ts';

const ORIGIN = 'assay/000000000000/eu-central-1/prod';
const policy = {
  ...aPolicy(),
  freezes: [
    {
      ...{ name: 'audit week', zone: 'UTC', from: '2026-11-20T12:00', until: '2026-11-22T00:00', on_freeze: 'wait' },
      environments: ['prod'],
    },
  ],
};
const line = Buffer.from(`${JSON.stringify({ rows: [{ entity: 'policy', policy }] })}\n`);
const file = readRowsFile('rows/v1/dt=2026-11-20/000000000000.ndjson', line);
const rows = 'problem' in file ? [] : [file];
/** An order within the window of `prod`. */
const orderIn = (environment: string): EventDraft =>
  aDraft({
    ...{ event_type: 'deployment_started', approval_state: 'approved' },
    details: { environment, deployed_policy_sha256: policySha256(policy), freezes: [], freezes_total: 0 },
  });

const PLACE = 'it is about the environment “elsewhere”, and the ledger is of “prod”';

describe('the environment of a ledger (GT-6)', () => {
  describeRule(environmentIsOfTheLedger, {
    deployedPolicies: deployedPoliciesIn([], rows, ORIGIN),
    keptBy: [
      [
        'an order and a break-glass in it',
        [...approved, asked, confirmed, requested, used, orderIn('prod'), ...promoted],
      ],
    ],
    brokenBy: [
      [
        'an order that names another',
        [...approved, orderIn('elsewhere'), ...promoted],
        `deployment_started of release credit-1: ${PLACE}`,
      ],
      ['a break-glass of another', [...approved, saying(asked, { environment: 'elsewhere' })], PLACE],
    ],
  });

  describeRule(freezeIsKept, {
    deployedPolicies: deployedPoliciesIn([], rows, ORIGIN),
    keptBy: [['what is no order', approved]],
    brokenBy: [
      [
        'an order within a window there, although it names another environment',
        [...approved, orderIn('elsewhere'), ...promoted],
        'the freeze “audit week” was on',
      ],
    ],
  });

  it('is that of the deployment whose log it is, in all that an auditor verifies', async () => {
    const told = [...approved, orderIn('elsewhere'), ...promoted];
    const events = sealAll(told.map((draft) => ({ model: 'credit', draft })));
    const problemsUnder = async (origin: string) => {
      const log = await logFiles(events, [events.length], undefined, origin);
      return (await verifyLedger([...eventFiles(events), ...log])).problems.map(({ why }) => why);
    };

    expect(await problemsUnder(ORIGIN)).toEqual([`deployment_started of release credit-1: ${PLACE}`]);
    expect(await problemsUnder('assay/000000000000/eu-central-1/elsewhere')).toEqual([]);
  });

  const event = (event_type: string, timestamp: string, environment?: string) =>
    ({ event_type, timestamp, details: environment === undefined ? {} : { environment } }) as unknown as AuditEvent;
  const said = [
    event('deployment_started', '2026-11-03T00:00:00.000Z', 'later'),
    event('break_glass_requested', '2026-11-02T00:00:00.000Z', 'first'),
    event('deployment_started', '2026-11-01T00:00:00.000Z'),
    event('of_a_later_version', '2026-11-01T00:00:00.000Z', 'another meaning'),
  ];

  it('is that in the origin of its log, whatever events say', () => {
    expect(environmentOf(said, ORIGIN)).toBe('prod');
  });

  it.each(['assay.dev/log/test', undefined])(
    'is that of the first event that names one, with the origin %s',
    (origin) => {
      expect(environmentOf(said, origin)).toBe('first');
      expect(environmentOf(said.toReversed(), origin)).toBe('first');
      expect(environmentOf([], origin)).toBeUndefined();
    },
  );

  it('is named by orders and break-glasses', () => {
    expect(said.map(environmentIn)).toEqual(['later', 'first', undefined, undefined]);
  });
});
