import { describe, expect, it } from 'vitest';
import { STAGES } from '../../../lib/domain/checks/known-checks.ts';
import { openDeviations } from '../../../lib/domain/metrics/open-deviations.ts';
import { checks } from '../../support/release-life.ts';

const [a] = checks;
if (a === undefined) throw new Error('there is no check');
const check = (stage: string, name: string, status = 'failed', mode = 'warn') => ({ ...a, stage, name, status, mode });
const pii = check('data_provenance', 'pii_handling_verified');
const limits = check('security_review', 'rate_limiting_configured', 'not_provided');

describe('the deviations that are open (PrivacyOrSecurityDeviation)', () => {
  it.each([
    ['a check of privacy of which the policy warns', [pii], { privacy: 1, security: 0 }],
    ['one of security, for which nothing was given', [limits], { privacy: 0, security: 1 }],
    [
      'filters of personal data, although they are of security',
      [check('security_review', 'pii_filters_effective')],
      { privacy: 1, security: 0 },
    ],
    ['both', [pii, limits], { privacy: 1, security: 1 }],
    ['nothing that is only observed', [{ ...pii, mode: 'observe' }], { privacy: 0, security: 0 }],
    ['nothing that passed', [{ ...limits, status: 'passed' }], { privacy: 0, security: 0 }],
    ['no check of anything else', [check('model_card', 'failure_modes_documented')], { privacy: 0, security: 0 }],
  ])('are %s', (_, found, open) => {
    expect(openDeviations(found, [])).toEqual(open);
  });

  it('end and begin by what a check says when it is made again', () => {
    const again = (status: string) => [{ check: limits.name, status }];

    expect(openDeviations([limits], again('passed')).security).toBe(0);
    expect(openDeviations([{ ...limits, status: 'passed' }], again('failed')).security).toBe(1);
  });

  it('are of checks that there are', () => {
    const known = STAGES.flatMap(({ stage, checks: all }) => all.map(({ name }) => check(stage, name)));
    const of = STAGES.find(({ stage }) => stage === 'security_review')?.checks.length ?? 0;

    expect(openDeviations(known, [])).toEqual({ privacy: 4, security: of - 1 });
  });
});
