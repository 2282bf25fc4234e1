import { describe, expect, it } from 'vitest';
import { aStrategy } from '../../support/a-strategy.ts';
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

it('assay status shows what the requester answers to a denial, before the rest (AP-16)', async () => {
  const release = { ...story.release, denial_answer: 'The groups were weighed again.' };
  const server = await aServer(({ path }) => ({
    body: path === '/' ? { AuthenticationResult: { AccessToken: 'token' } } : { ...story, release },
  }));

  const { out } = await assay(aDirectory(endpointsFile(server.url)), ['status', 'r-2']);

  expect(out).toContain('the requester answers:\n  The groups were weighed again.\n\n');
  expect(out.indexOf('the requester answers')).toBeLessThan(out.indexOf('validated'));
});

it('assay status begins with the changes that were asked for, and how they were made', async () => {
  const asked = { ...denied, about: 'answered', outcome: 'changes_requested', reason: 'Say who must not be scored.' };
  const release = { ...story.release, answers: 'r-1', change_note: 'The card says so.' };

  expect(await statusOf({ release, former_decisions: [asked] })).toMatch(
    /^changes requested before by grace as risk_owner, at .*: release r-1, the one that this release answers\n *Say who must not be scored\.\n\nthe requester answers:\n *The card says so\.\n/,
  );
});

it('assay status tells a rejection that asks for changes from one that is an end', async () => {
  const rejectedFor = (evidence: string) => {
    const reasons = [{ rule: 'changes_requested', evidence, explanation: 'grace asked for changes: say who' }];
    return statusOf({ release: { ...story.release, state: 'rejected', reasons } });
  };

  expect(await rejectedFor(`apr-${story.release.release_id}`)).toMatch(/state +rejected: changes were asked for/);
  // A custom check may have this name.
  expect(await rejectedFor('')).toMatch(/state +rejected\n/);
});

it('assay status shows the conditions of an approval, and since when it is suspended (AP-8)', async () => {
  const condition = {
    ...{ condition_id: 'ada-1', text: 'Say who must not be scored.', owner_id: 'grace', approver_id: 'ada' },
    ...{ due_at: '2026-12-14T22:59:00.000Z', status: 'overdue' },
  };
  const met = { ...condition, condition_id: 'ada-2', status: 'met', met_by: 'grace' };
  const release = { ...story.release, suspended_since: '2026-12-14T22:59:20.000Z' };

  const out = await statusOf({ release, conditions: [condition, met] });

  expect(out).toMatch(/suspended since +2026-12-14 23:59 Europe\/Berlin/);
  expect(out).toMatch(/ada-1 +overdue +grace +2026-12-14 23:59 Europe\/Berlin \(.* UTC\) +Say who/);
  expect(out).toMatch(/ada-2 +met by grace/);
});

it('assay conditions lists them, and says that one is met', async () => {
  const condition = {
    condition_id: 'ada-1',
    text: 'x',
    owner_id: 'grace',
    approver_id: 'ada',
    due_at: NEVER,
    status: 'open',
  };
  const asked: string[] = [];
  let conditions = [condition];
  const server = await aServer(({ path, body }) => {
    if (path === '/') return { body: { AuthenticationResult: { AccessToken: 'token' } } };
    asked.push(`${path} ${String(body)}`);
    return { body: path.endsWith('/met') ? { ...condition, status: 'met', met_by: 'grace' } : { conditions } };
  });
  const directory = aDirectory(endpointsFile(server.url));

  expect((await assay(directory, ['conditions', 'list', 'r-2'])).out).toMatch(/ada-1 +open +grace/);
  const meet = ['conditions', 'meet', 'r-2', 'ada-1', '--reason', 'the card says so'];
  expect((await assay(directory, meet)).out).toMatch(/ada-1 +met by grace/);
  expect(asked.at(-1)).toMatch(/\/v1\/releases\/r-2\/conditions\/ada-1\/met .*the card says so/);
  conditions = [];
  expect((await assay(directory, ['conditions', 'list', 'r-2'])).out).toContain('it was approved on no condition');
});

const NEVER = '2030-01-01T00:00:00.000Z';

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
  return (await assay(aDirectory(endpointsFile(server.url)), ['status', 'r-2'], { TZ: 'Europe/Berlin' })).out;
};

const STOPPED = { rule: 'line', explanation: 'the line is stopped' };

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

  const stages = [
    { name: 'technical', status: 'complete' },
    { name: 'deployment', status: 'not_open' },
  ];
  const out = await statusOf({ approval_request: { ...approval_request, stages } });

  expect(out).toMatch(/stages +technical complete, deployment not open\n/);
  expect(out).toMatch(/waits for +ml_lead: ada, katherine\n/);
  expect(out).toMatch(/waits for +legal: nobody else was asked\n/);
  expect(out).toMatch(/must approve +grace\n/);
  expect(out).toMatch(/deadline +2026-11-24 10:00 Europe\/Berlin \(2026-11-24 09:00 UTC\)\n/);
  expect(await statusOf({ approval_request: { ...approval_request, status: 'approved', waits_for: [] } })).not.toMatch(
    /waits for|must approve|deadline/,
  );
});

it.each([
  [{ can_promote: true, under_way: true, reasons: [] }, 'under way'],
  [{ can_promote: true, under_way: false, reasons: [] }, 'ended; assay promote tries again'],
  [{ can_promote: false, under_way: false, reasons: [] }, 'ended; assay approvals withdraw takes the release back'],
  [{ can_promote: false, under_way: false, reasons: [], remedies: ['Do.'] }, 'ended; what to do first is said above'],
  [
    { can_promote: false, under_way: false, waits: true, waits_until: '2026-11-30T07:00:00.000Z', reasons: [STOPPED] },
    'waits for the end of a freeze, 2026-11-30 08:00 Europe/Berlin \\(2026-11-30 07:00 UTC\\); it is judged again then',
  ],
])('assay status says how far the promotion of an approved release is: %j', async (promotion, words) => {
  const release = { ...story.release, state: 'approved' };

  expect(await statusOf({ release, promotion })).toMatch(new RegExp(`promotion +${words}\n`));
});

it('assay status says what to do about what keeps a release from production, as assay gate does', async () => {
  const promotion = { can_promote: false, under_way: false, reasons: [STOPPED], remedies: ['Start it.', 'Ask.'] };

  expect(await statusOf({ promotion })).toMatch(/is stopped\n *What to do: Start it\.\n *What to do: Ask\.\n/);
});

it('assay status says where a release in production serves', async () => {
  const production = { endpoint: 'mortgage', since: '2026-11-22T09:00:00.000Z' };

  expect(await statusOf({ production })).toMatch(
    /serves from +mortgage since 2026-11-22 10:00 Europe\/Berlin \(2026-11-22 09:00 UTC\)\n/,
  );
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

it('assay status shows each stage by its name, and the overlays that apply', async () => {
  const stages = [
    { name: 'model_card', title: 'Model card', status: 'passed' },
    { name: 'security_review', title: 'Security review', status: 'under_way' },
    { name: 'custom_checks', title: 'Custom checks', status: 'no_checks' },
    { name: 'risk_classification', title: 'Risk classification', status: 'waits' },
  ];
  const applied = (...overlays: object[]) => ({ release: { ...story.release, policy_applied: { overlays } } });

  const out = await statusOf({ stages, ...applied({ name: 'credit', sha256: 'abc' }) });

  expect(out).toMatch(/Model card +passed\nSecurity review +under way\nRisk classification +waits for the others\n?/);
  expect(out).not.toContain('Custom checks');
  expect(out).toMatch(/policy +base with credit \(sha256 abc\)\n/);
  expect(await statusOf(applied())).toMatch(/policy +the base alone; no overlay is for this model\n/);
});

it('assay status shows how traffic is brought to a release, if not at once (GT-5)', async () => {
  const serving = { deployment_strategy: aStrategy() };

  expect(await statusOf({ release: { ...story.release, serving } })).toMatch(
    /deployment +CANARY by 10 % of the capacity; /,
  );
  expect(await statusOf({})).not.toMatch(/^deployment/m);
});

const production = {
  release_id: 'm-1',
  model_version: '1.0.0',
  endpoint: 'mortgage',
  since: '2026-11-22T09:00:00.000Z',
};
const waiting = {
  ...{ status: 'pending', expires_at: '2026-11-24T09:00:00.000Z' },
  waits_for: [{ role: 'ml_lead', asked: ['ada'] }],
};
const refusal = {
  ...{ refusal_id: 'f', code: 'ManifestInvalid', message: 'it is no manifest', remedy: 'Correct the fields.' },
  ...{ faults: [{ field: 'git_commit', problem: 'is missing' }], claimed_release_id: 'r-9', door: 'event_bus' },
  received_at: '2026-11-20T09:00:00.000Z',
};

/** Each path has its answers one after the other, and the last one from then on; any other has none. */
const among = async (answers: Record<string, readonly object[]>, args: readonly string[]) => {
  const left = new Map(Object.entries(answers).map(([path, list]) => [`/v1/${path}`, [...list]]));
  const server = await aServer(({ path }) => {
    if (path === '/') return { body: { AuthenticationResult: { AccessToken: 'token' } } };
    const list = left.get(path);
    const body = list !== undefined && list.length > 1 ? list.shift() : list?.[0];
    return body === undefined ? { status: 404, body: { title: 'NotFound' } } : { body };
  });
  return assay(aDirectory(endpointsFile(server.url)), ['status', ...args], { TZ: 'UTC' });
};

it('assay status finds a request that was refused, with its faults and what to do', async () => {
  const { code, out } = await among({ 'refusals/r-9': [{ refusals: [refusal] }] }, ['r-9']);

  expect(code).toBe(0);
  expect(out).toMatch(/r-9 +via event_bus\nManifestInvalid: it is no manifest\n/);
  expect(out).toMatch(/git_commit +is missing\n *What to do: Correct the fields\./);
});

it('assay status says of a model what serves, since when, until when, what next, and the way back', async () => {
  const asked = {
    ...waiting,
    waits_for: [...waiting.waits_for, { role: 'legal', asked: [] }],
    required_people: ['grace'],
  };
  const model = {
    model_name: 'm',
    production: { ...production, approved_until: '2027-02-20T09:00:00.000Z' },
    way_back: { to: 'release', release_id: 'm-0', model_version: '0.9.0' },
    coming: [{ release_id: 'm-2', model_version: '2.0.0', state: 'validated', approval_request: asked }],
    rollback: { rollback_id: 'b', to_version: '', status: 'requested' },
    endpoint_move: { to_endpoint: 'e-2', status: 'requested' },
    hold: { held_since: '2026-11-22T09:00:00.000Z', rollback_id: 'b' },
  };

  const byName = await among({ 'models/m': [model] }, ['m']);

  expect(byName.out).toBe(
    [
      'model           m',
      'serves          1.0.0 (m-1)',
      'from            mortgage',
      'since           2026-11-22 09:00 UTC',
      'approved until  2027-02-20 09:00 UTC',
      'way back        0.9.0 (m-0), by assay rollback',
      'rollback        to nothing, requested',
      'move            to e-2, requested',
      'held            since 2026-11-22 09:00 UTC by rollback b',
      'next            2.0.0 (m-2), validated',
      'waits for       ml_lead: ada',
      'waits for       legal: nobody else was asked',
      'must approve    grace',
      'deadline        2026-11-24 09:00 UTC',
      '',
    ].join('\n'),
  );
  expect(await among({ 'models/m': [model], 'releases/m': [story] }, ['--model', 'm'])).toEqual(byName);
});

it('assay status says that a model serves nothing, and of one without a release before it, that the way back is to nothing', async () => {
  const idle = { model_name: 'm', coming: [] };

  expect((await among({ 'models/m': [idle] }, ['m'])).out).toMatch(/serves +nothing\nnext +nothing\n/);
  expect(
    (await among({ 'models/m': [{ ...idle, production, way_back: { to: 'nothing' } }] }, ['--model', 'm'])).out,
  ).toMatch(/way back +to nothing, by assay rollback --to-nothing\n/);
});

describe('assay status --watch', () => {
  const at = (state: string, more: object = {}) => ({ ...story, release: { ...story.release, state }, ...more });

  it('writes what changed, and ends with the outcome', async () => {
    const answers = { 'releases/r-2': [at('draft'), at('production')] };

    const { code, out } = await among(answers, ['r-2', '--watch']);

    expect(code).toBe(0);
    expect(out).toBe('release  r-2\nstate    draft\nstate    production\n');
  });

  it('goes on while a promotion waits for the end of a freeze, which comes about by itself', async () => {
    const waiting = { can_promote: false, under_way: false, waits: true, reasons: [STOPPED] };
    const answers = { 'releases/r-2': [at('approved', { promotion: waiting }), at('production')] };

    const { code, out } = await among(answers, ['r-2', '--watch']);

    expect(code).toBe(0);
    expect(out).toMatch(/promotion +waits for the end of a freeze/);
  });

  it.each([
    ['rejected', at('rejected'), 1],
    [
      'approved, and its promotion has ended',
      at('approved', { promotion: { can_promote: true, under_way: false, reasons: [] } }),
      1,
    ],
    ['in production', at('production'), 0],
  ])('ends at once where a release is %s', async (_, found, code) => {
    expect((await among({ 'releases/r-2': [found] }, ['r-2', '--watch'])).code).toBe(code);
  });

  it('ends with 1 for a request that was refused, and shows it as JSON once', async () => {
    const { code, out } = await among({ 'refusals/r-9': [{ refusals: [refusal] }] }, ['r-9', '--watch', '--json']);

    expect({ code, json: JSON.parse(out) }).toEqual({ code: 1, json: { refusals: [refusal] } });
  });

  it('watches a model until nothing is under way', async () => {
    const model = { model_name: 'm', production, coming: [] };
    const rollback = { rollback_id: 'b', to_version: '', status: 'requested' };

    expect((await among({ 'models/m': [{ ...model, rollback }, model] }, ['m', '--watch'])).code).toBe(0);
    expect((await among({ 'models/m': [{ model_name: 'm', coming: [] }] }, ['m', '--watch'])).code).toBe(1);
  });

  it.each([[['--watch']], [['r-2', '--model', 'm']]])('is wrong usage: %j', async (args) => {
    expect((await among({}, args)).code).toBe(2);
  });
});

it('assay status lists by a filter, and shows one thing without any', async () => {
  const asked: string[] = [];
  const server = await aServer(({ path }) => {
    asked.push(path);
    return path === '/' ? { body: { AuthenticationResult: { AccessToken: 'token' } } } : { body: { releases: [] } };
  });
  const status = (...args: string[]) => assay(aDirectory(endpointsFile(server.url)), ['status', ...args]);

  expect(
    (await status('--state', 'approved', '--tier', 'high', '--requester', 'dana', '--since', '2026-11-01')).code,
  ).toBe(0);
  expect(asked.at(-1)).toBe('/v1/releases?state=approved&tier=high&requester=dana&since=2026-11-01');
  expect(await status('r-1', '--state', 'approved')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--state'),
  });
  expect(await status('--until', '30.11.')).toMatchObject({ code: 2, err: expect.stringContaining('--until') });
});
