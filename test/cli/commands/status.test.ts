import { expect, it } from 'vitest';
import { LOWERED } from '../../support/lowered-tier.ts';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const about = { release_id: 'r-2', model_name: 'm', model_version: '1.1.0', state: 'validated', risk_tier: 'high' };
const denied = {
  ...{ release_id: 'r-1', about: 'content', outcome: 'denied', decided_by: 'grace', role: 'risk_owner' },
  ...{ reason: 'the groups differ', timestamp: '2026-11-20T09:00:00.000Z' },
};
const story = {
  release: { ...about, updated_at: '2026-11-21T09:00:00.000Z' },
  former_decisions: [denied, { ...denied, about: 'version', outcome: 'rejected' }],
  checks: [],
  approvals: [],
  events: [],
};

it('assay status begins with what was decided before about the same content or version (AP-16)', async () => {
  const server = await aServer(({ path }) => ({
    body: path === '/' ? { AuthenticationResult: { AccessToken: 'token' } } : story,
  }));

  const { code, out } = await assay(aDirectory(endpointsFile(server.url)), ['status', 'r-2']);

  expect(code).toBe(0);
  expect(out).toMatch(
    /^denied before by grace as risk_owner, at 2026-11-20T09:00:00.000Z: release r-1, the same content\n *the groups differ\n/,
  );
  expect(out.indexOf('rejected before by grace')).toBeLessThan(out.indexOf('validated'));
});

it('assay status says of each verdict how it is known, and leaves it open where it was not said (CK-16)', async () => {
  const check = {
    ...{ stage: 'safety_evaluation', name: 'edge_case_inputs_handled', status: 'passed' },
    ...{ measured: '12 cases', threshold: '10', explanation: 'All of them.' },
  };
  const checks = [
    { ...check, known_by: 'attested' },
    { ...check, name: 'of_a_former_version' },
  ];
  const server = await aServer(({ path }) => ({
    body: path === '/' ? { AuthenticationResult: { AccessToken: 'token' } } : { ...story, checks },
  }));

  const { out } = await assay(aDirectory(endpointsFile(server.url)), ['status', 'r-2']);

  expect(out).toMatch(/check +status +known by/);
  expect(out).toMatch(/edge_case_inputs_handled +passed +attested +12 cases/);
  expect(out).toMatch(/of_a_former_version +passed +12 cases/);
});

const statusOf = async (changes: object): Promise<string> => {
  const server = await aServer(({ path }) => ({
    body:
      path === '/'
        ? { AuthenticationResult: { AccessToken: 'token' } }
        : { ...story, former_decisions: [], ...changes },
  }));
  return (await assay(aDirectory(endpointsFile(server.url)), ['status', 'r-2'])).out;
};

it('assay status begins with why a release does not go to production as things stand', async () => {
  const reasons = [{ rule: 'rollback_target', explanation: '2.1.0 has been in production since yesterday' }];

  const out = await statusOf({ promotion: { can_promote: false, under_way: false, reasons } });

  expect(out).toMatch(/^as things stand, it will not go to production:\n *2\.1\.0 has been in production/);
});

it('assay status says whom a release waits for, and until when', async () => {
  const approval_request = {
    ...{ status: 'pending', expires_at: '2026-11-24T09:00:00.000Z', required_people: ['grace'] },
    waits_for: [
      { role: 'ml_lead', asked: ['ada', 'katherine'] },
      { role: 'legal', asked: [] },
    ],
  };

  const out = await statusOf({ approval_request });

  expect(out).toMatch(/waits for +ml_lead: ada, katherine\n/);
  expect(out).toMatch(/waits for +legal: nobody else was asked\n/);
  expect(out).toMatch(/must approve +grace\n/);
  expect(out).toMatch(/decided by +2026-11-24T09:00:00.000Z\n/);
  expect(await statusOf({ approval_request: { ...approval_request, status: 'approved', waits_for: [] } })).not.toMatch(
    /waits for|must approve|decided by/,
  );
});

it.each([
  [{ can_promote: true, under_way: true, reasons: [] }, 'under way'],
  [{ can_promote: true, under_way: false, reasons: [] }, 'ended; assay promote tries again'],
  [{ can_promote: false, under_way: false, reasons: [] }, 'ended; assay approvals withdraw takes the release back'],
])('assay status says how far the promotion of an approved release is: %j', async (promotion, words) => {
  const release = { ...story.release, state: 'approved' };

  expect(await statusOf({ release, promotion })).toMatch(new RegExp(`promotion +${words}\n`));
});

it('assay status says where a release in production serves', async () => {
  const production = { endpoint: 'mortgage', since: '2026-11-22T09:00:00.000Z' };

  expect(await statusOf({ production })).toMatch(/serves from +mortgage since 2026-11-22T09:00:00.000Z\n/);
});

it('assay status shows a lower tier with the one that was computed, why, and who has to agree (RT-3)', async () => {
  const release = { ...story.release, risk_tier: 'low', tier_override: LOWERED };
  const server = await aServer(({ path }) => ({
    body: path === '/' ? { AuthenticationResult: { AccessToken: 'token' } } : { ...story, release },
  }));

  const { out } = await assay(aDirectory(endpointsFile(server.url)), ['status', 'r-2']);

  expect(out).toMatch(/risk tier +low\n/);
  expect(out).toMatch(
    /in place of +high, by rule regulated_area; counts only with the approval of risk_owner and compliance_officer\n/,
  );
  expect(out).toContain(LOWERED.reason);
});
