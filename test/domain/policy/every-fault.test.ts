/** Every fault of a file is named in one round, whichever other faults it has. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { endedCitations } from '../../../lib/domain/policy/cited-clauses.ts';
import { loadDirectory, loadFile, loadPolicy, loadRegime } from '../../../lib/domain/policy/load.ts';
import { ModelInventory } from '../../../lib/domain/policy/model-inventory.ts';
import { PolicyOverlay } from '../../../lib/domain/policy/overlay.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';

const read = (name: string) => readFileSync(new URL(`../../../policies/${name}`, import.meta.url), 'utf8');
const POLICY = read('governance-policy.yaml');
const CLAUSES = loadRegime(Buffer.from(read('regimes/us-model-risk.yaml')), 'us-model-risk.yaml').clauses;
const judge = (document: unknown) => endedCitations(document, CLAUSES, '2026-11-28');

type Load = (bytes: Uint8Array, file: string) => unknown;
const loadJudged: Load = (bytes, file) => loadPolicy(bytes, file, judge);

/** The problems of a text, without their places. */
const problemsOf = (text: string, load: Load = loadJudged): string[] => {
  try {
    load(Buffer.from(text), 'f.yaml');
    return [];
  } catch (error) {
    if (error instanceof Refusal) return error.violations.map(({ problem }) => problem);
    throw error;
  }
};

type Change = readonly [what: string, from: string, to: string];
const changed = (text: string, ...changes: readonly Change[]): string =>
  changes.reduce((rest, [, from, to]) => {
    expect(rest).toContain(from);
    return rest.replace(from, to);
  }, text);

const HUMAN =
  '  - { name: human_approval, description: People., required: true, blocking: true, approval_roles: [risk_ownr] }\n';

/** Of all kinds: the grammar of values, the schema, what cannot be seen, what contradicts another part, what has ended. */
const POLICY_FAULTS: readonly Change[] = [
  ['a key twice', 'approval_expiry_days: 90', 'approval_expiry_days: 90\napproval_expiry_days: 60'],
  ['no number', 'maximum_retention_days: 2555', 'maximum_retention_days: .inf'],
  ['an unknown key', 'minimum_group_size: 30\n          prot', 'minimum_group_sise: 30\n          prot'],
  ['an unknown key of a tier', '  low:\n    roles', '  low:\n    role_count: 2\n    roles'],
  ['an unknown role', 'roles: [ml_lead]', 'roles: [ml_led]'],
  ['an unknown stage', '- name: data_provenance', '- name: data_provenence'],
  [
    'a mode in an unknown stage',
    'pii_handling_verified\n        mode: enforce',
    'pii_handling_verified\n        mode: on',
  ],
  ['an unknown check', 'name: model_card_schema_valid', 'name: model_card_schema_vali'],
  ['a parameter of an unknown check', '            - overview\n', '            - overvieww\n'],
  ['a threshold without quotes', 'minimum: "0.80"', 'minimum: 0.80'],
  ['what is not seen', 'name: Mortgage credit models', 'name: "Mortgage \\u202ecredit models"'],
  ['a check twice', 'name: known_limitations_documented', 'name: intended_use_defined'],
  ['a rule twice', 'name: sensitive_data\n', 'name: regulated_area\n'],
  ['a rule that is never reached', 'when: { personal_data: true }', 'when: {}'],
  ['an answer after the deadline', 'business_owner]\n    sla_hours: 4', 'business_owner]\n    sla_hours: 90'],
  ['a question twice', 'id: intended_use_matches\n        question: Does', 'id: fairness_read\n        question: Does'],
  ['a review that is not described', 'risk_owner]\n', 'risk_owner]\n    review_stages: [technical]\n'],
  ['more approvals than people', '  medium:\n', '  medium:\n    minimum_approvals: 5\n'],
  ['a clause that has ended', 'clauses: [GDPR Art. 5]', 'clauses: [OCC SR 11-7]'],
  ['a role of no stage', '\ntier_rules:', `\n${HUMAN}tier_rules:`],
];
/** Makes it unknown how many people are asked: that there are too few is said in the next round. */
const HIDES_PEOPLE = 'a role of no stage';

/** Each fault is once beside every other; a refusal has room for twenty. */
const halves = (faults: readonly Change[]): (readonly [string, readonly Change[]])[] => {
  const middle = Math.ceil(faults.length / 2);
  return [
    ['the first half', faults.slice(0, middle)],
    ['the second half', faults.slice(middle)],
    ['every second one', faults.filter((_, index) => index % 2 === 0)],
    ['the ones between', faults.filter((_, index) => index % 2 === 1)],
    ['the outer ones', [...faults.slice(0, middle / 2), ...faults.slice(-middle / 2)]],
  ];
};

describe('a policy with several faults', () => {
  const alone = new Map(POLICY_FAULTS.map((fault) => [fault, problemsOf(changed(POLICY, fault))]));

  it('has none by itself, and each of them if it is changed', () => {
    expect(problemsOf(POLICY)).toEqual([]);
    for (const [[what], problems] of alone) expect([what, problems.length]).not.toContain(0);
  });

  it.each(halves(POLICY_FAULTS.filter(([what]) => what !== HIDES_PEOPLE)))(
    'is told of them at once: %s',
    (_, faults) => {
      const problems = problemsOf(changed(POLICY, ...faults));

      expect(problems.toSorted()).toEqual(faults.flatMap((fault) => alone.get(fault) ?? []).toSorted());
    },
  );

  it('is told of all of them at once, in the order of the file', () => {
    const chosen = POLICY_FAULTS.filter(([what]) =>
      [
        'a key twice',
        'an unknown role',
        'a threshold without quotes',
        'a rule twice',
        'a clause that has ended',
      ].includes(what),
    );

    expect(problemsOf(changed(POLICY, ...chosen))).toEqual([
      'approval_expiry_days: appears twice',
      'stages.2.checks.2.parameters.minimum: 0.8 must be text: put it in quotes',
      'tier_rules.2.name: regulated_area appears twice',
      expect.stringContaining('OCC SR 11-7 ended on 2026-04-17'),
      'tiers.low.roles.0: there is no role ml_led: did you mean ml_lead?',
    ]);
  });

  it('is not told of a contradiction that only a fault would make', () => {
    // Whom stage human_approval asks is not known, so nobody can say that a tier asks nobody.
    const text = changed(POLICY, ['', '\ntier_rules:', `\n${HUMAN}tier_rules:`], ['', 'roles: [ml_lead]', 'roles: []']);
    // The check that was probably meant is there already.
    const twice = changed(POLICY, ['', 'name: known_limitations_documented', 'name: intended_use_defind']);

    expect(problemsOf(text)).toEqual([expect.stringContaining('there is no role risk_ownr')]);
    expect(problemsOf(twice)).toEqual([expect.stringMatching(/there is no check intended_use_defind: did you mean/)]);
  });

  it('is told of what cannot be a key, and cites nothing that is no text', () => {
    const text = changed(
      POLICY,
      ['', 'schema_version: 1', 'schema_version: 1\n7: a\nconstructor: b'],
      ['', 'clauses: [GDPR Art. 5]', 'clauses: [5]'],
    );

    expect(problemsOf(text)).toEqual([
      'has a key that is not text: put it in quotes',
      'has the reserved key constructor',
      'tier_rules.5.clauses.0: 5 must be text: put it in quotes',
    ]);
  });

  it('is told of the place where it is nested too deep, under a key with a dot, too', () => {
    const deep = `${'['.repeat(40)}${']'.repeat(40)}`;

    expect(problemsOf(`stages: ${deep}`)).toEqual(['stages.0.0: is nested deeper than 32']);
    expect(problemsOf(`a: 1\na.b: ${deep}`)).toEqual(['a.b.0.0: is nested deeper than 32']);
  });

  it.each([
    ['of nothing but text', 'stages: all\ntiers: all\ntier_rules: all\nreview_stages: all\nrelease_gates: all\n'],
    ['of lists', 'stages: [1, [], null, a]\ntiers: [1]\ntier_rules: [null, { when: 3 }, { when: {} }, x]\n'],
    ['of empty maps', 'stages: {}\ntiers: { low: {}, high: [] }\ntier_rules: [{}]\n'],
    ['that is a list', '- stages\n'],
  ])('is refused if it is a document %s', (_, text) => {
    expect(problemsOf(text).length).toBeGreaterThan(0);
    expect(problemsOf(`scope: { models: [m] }\n${text}`, (...file) => loadFile(PolicyOverlay, ...file))).not.toEqual(
      [],
    );
  });
});

const APPROVERS = read('approvers.yaml');
const DIRECTORY_FAULTS: readonly Change[] = [
  ['an unknown role', 'roles: [risk_owner]', 'roles: [risk_ownr]'],
  ['an id that is none', 'id: tom.lindqvist', 'id: Tom Lindqvist'],
  ['no address', 'email: clara.novak@example.com', 'email: clara.novak'],
  ['an address twice', 'email: ben.okafor@example.com', 'email: ana.silva@example.com'],
  ['a login twice', 'logins: [asilva]', 'logins: [dkim]'],
  ['no time zone', 'id: olga.brandt\n', 'id: olga.brandt\n    time_zone: Europe/Nowhere\n'],
  ['a backup who is not there', 'id: ines.duarte\n', 'id: ines.duarte\n    backups: [nobody.here]\n'],
  [
    'a role that is not held, by a person without an id',
    'name: Tom Lindqvist\n',
    'name: Tom Lindqvist\n    delegations: [{ delegate: ana.silva, first_day: 2026-01-01, last_day: 2026-01-02, roles: [legal] }]\n',
  ],
  ['a machine without a principal', '    principal_arn: arn:aws:iam::000000000000:role/release-job\n', ''],
  ['a machine that may be nothing', 'may_be: [submitter, trainer]', 'may_be: [approver]'],
];

describe('a directory with several faults', () => {
  const alone = new Map(DIRECTORY_FAULTS.map((fault) => [fault, problemsOf(changed(APPROVERS, fault), loadDirectory)]));

  it.each(halves(DIRECTORY_FAULTS))('is told of them at once: %s', (_, faults) => {
    const problems = problemsOf(changed(APPROVERS, ...faults), loadDirectory);

    // A person is named by an id, if they have one.
    expect(problems.map((problem) => problem.replace('this person', 'tom.lindqvist')).toSorted()).toEqual(
      faults.flatMap((fault) => alone.get(fault) ?? []).toSorted(),
    );
  });

  it('is not told of a contradiction that only a fault would make', () => {
    const text = changed(
      APPROVERS,
      ['', 'arn:aws:iam::000000000000:role/release-job', 'release-job'],
      ['', 'id: ben.okafor', 'id: Ben Okafor\n    logins: [dana.kim.2]'],
      ['', 'logins: [asilva]', 'logins: [dana.kim.2]'],
    );

    expect(problemsOf(text, loadDirectory)).toEqual([
      expect.stringMatching(/people\.2\.id: /),
      'people.2.logins.0: dana.kim.2 is ana.silva already',
      expect.stringMatching(/machines\.1\.principal_arn: must be the ARN/),
    ]);
    const nameless = changed(
      APPROVERS,
      ['', 'id: ana.silva', 'id: Ana Silva'],
      ['', 'roles: [risk_owner]', 'logins: [asilva]\n    roles: [risk_owner]'],
    );
    expect(problemsOf(nameless, loadDirectory)).toContain('people.3.logins.0: asilva is somebody else already');
  });

  it.each([['people: all\nmachines: all\n'], ['people: [1, null, []]\nmachines: [null]\n']])(
    'is refused if it is %j',
    (text) => {
      expect(problemsOf(text, loadDirectory).length).toBeGreaterThan(2);
    },
  );
});

it('the other files are told of every fault at once, too', () => {
  const models = 'schema_version: 1\nmodels: [{ name: a, tags: {} }, { name: a, tags: {}, more: 1 }]\n';
  expect(problemsOf(models, (...file) => loadFile(ModelInventory, ...file))).toEqual([
    'models.1.name: a appears twice',
    expect.stringContaining('there is no key more'),
  ]);

  const overlay =
    'schema_version: 1\nname: o\nscope: { models: [m] }\napproval_expiry: 3\nstages: [{ name: model_card }, { name: model_card }]\n';
  expect(problemsOf(overlay, (...file) => loadFile(PolicyOverlay, ...file))).toEqual([
    expect.stringContaining('there is no key approval_expiry'),
    'stages.1.name: model_card appears twice',
  ]);

  const regime = changed(read('regimes/us-model-risk.yaml'), [
    '',
    'in_force_until: 2026-04-17',
    'in_force_until: 2001-01-01\n    titel: x',
  ]);
  expect(problemsOf(regime, loadRegime)).toEqual(
    expect.arrayContaining([
      expect.stringContaining('is before in_force_from'),
      expect.stringContaining('there is no key titel here'),
    ]),
  );

  const demand =
    '- name: attested_by\n        mode: warn\n        parameters: { attestations: [{ predicate_type: p, subjekt: artifact }] }';
  const policy = changed(
    POLICY,
    ['', '- name: intended_use_defined', '- name: intended_use_defined'],
    ['', '- name: model_artifact_signed', `${demand}\n      - name: model_artifact_signed`],
  );
  expect(problemsOf(policy)).toEqual(
    expect.arrayContaining([
      expect.stringContaining('must name whom it trusts'),
      expect.stringContaining('there is no key subjekt here'),
    ]),
  );
});
