import { describe, expect, it } from 'vitest';
import { loadOnePolicy, loadPolicies, scopedPolicies } from '../../../lib/domain/policy/load-policies.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import { aFile, anOverlay, BASE, LOW_NEEDS_RISK_OWNER, load, MODELS, RAISED } from './policy-files.ts';

const refusalOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.violations.map(({ field, problem }) => `${field} ${problem}`);
  }
  return expect.unreachable('the policies were accepted');
};
const DI = 'disparate_impact_ratio_above_minimum';
const ofCheck = (name: string, rest: string, stage = 'bias_and_fairness') =>
  `stages: [{ name: ${stage}, checks: [{ name: ${name}, ${rest} }] }]`;
const QUESTION = /id: evaluation_read\n +question: (.*)/.exec(BASE)?.[1] ?? '';
const ratio = (minimum: string) => ofCheck(DI, `parameters: { minimum: "${minimum}" }`);
const lambda = (version: number) =>
  ofCheck(
    'own',
    `mode: enforce, lambda_arn: "arn:aws:lambda:eu-west-1:123456789012:function:f:${version}"`,
    'custom_checks',
  ).replace('{ name: custom_checks', '{ name: custom_checks, description: Own., required: true, blocking: true');

describe('a folder of policies (RT-6)', () => {
  it('is one base, its overlays by name, and a list of models', () => {
    const loaded = load(
      anOverlay('b', ratio('0.85')),
      MODELS,
      anOverlay('a', 'approval_expiry_days: 30'),
      anOverlay('c'),
      aFile('p/README.md', 'x'),
      aFile('p/.git', undefined),
    );

    expect(loaded.overlays.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(scopedPolicies(loaded)).toMatchObject({
      overlays: [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
      models: [{ name: 'offers' }, { name: 'cards' }],
    });
    expect(scopedPolicies(load())).toBeUndefined();
    expect(scopedPolicies(load(MODELS))?.overlays).toEqual([]);
    expect(scopedPolicies(load(anOverlay('a')))).not.toHaveProperty('models_sha256');
  });

  it('is refused with the faults of all its files at once', () => {
    const problems = refusalOf(() =>
      loadPolicies('p', [
        aFile('p/base.yaml', BASE.replace('approval_expiry_days', 'approval_expiry_day')),
        anOverlay('a', 'approval_expiry_days: soon'),
        aFile('p/models.yaml', 'schema_version: 1\nmodels: none\n'),
      ]),
    );

    expect(problems).toEqual([
      expect.stringMatching(/^p\/base\.yaml:\d+:\d+ approval_expiry_days: is missing/),
      expect.stringMatching(/^p\/base\.yaml:\d+:\d+ .*approval_expiry_day/),
      expect.stringMatching(/^p\/a\.yaml:\d+:\d+ approval_expiry_days: /),
      expect.stringMatching(/^p\/models\.yaml:\d+:\d+ models: /),
    ]);
  });

  it('takes no fault of the program for one of a file', () => {
    const broken = () => {
      throw new TypeError('a bug');
    };

    expect(() => loadPolicies('p', [aFile('p/base.yaml', BASE)], broken)).toThrow(TypeError);
  });

  it.each([
    ['two bases', [aFile('p/other.yaml', BASE)], 'p/other.yaml:1:1 is another base beside p/base.yaml'],
    [
      'two lists',
      [MODELS, aFile('p/more.yaml', 'schema_version: 1\nmodels: []')],
      'p/more.yaml:1:1 lists models, and so does p/models.yaml',
    ],
    ['a folder', [aFile('p/old', undefined)], 'p/old:1:1 is no YAML or JSON file'],
    [
      'a file that is no policy, under a name with a backslash',
      [aFile('p/a\\.credit.txt', 'x')],
      'credit.txt:1:1 is no YAML',
    ],
    ['an overlay put aside', [aFile('p/credit.yaml.off', 'x')], 'p/credit.yaml.off:1:1 is no YAML or JSON file'],
    ['approvers', [aFile('p/approvers.yaml', 'people: []')], 'p/approvers.yaml:1:1 is a file of approvers'],
    [
      'two of one name',
      [anOverlay('a'), aFile('p/z.yaml', 'schema_version: 1\nname: a\nscope: { models: [a] }')],
      'p/z.yaml:2:7 name: a is the name of the overlay at p/a.yaml:2:7',
    ],
    [
      'a key that is none',
      [anOverlay('a', 'approval_expiry: 3')],
      'p/a.yaml:4:1 approval_expiry: there is no key approval_expiry here: did you mean approval_expiry_days?',
    ],
    [
      'a check twice',
      [
        anOverlay(
          'a',
          `stages: [{ name: model_card, checks: [{ name: intended_use_defined }, { name: intended_use_defined }] }]`,
        ),
      ],
      'appears twice',
    ],
    ['a stage twice', [anOverlay('a', `stages: [{ name: model_card }, { name: model_card }]`)], 'appears twice'],
    [
      'a question twice',
      [anOverlay('a', `tiers: { low: { checklist: [{ id: q, question: Q? }, { id: q, question: R? }] } }`)],
      'appears twice',
    ],
    [
      'a model twice',
      [aFile('p/m.yaml', 'schema_version: 1\nmodels: [{ name: a, tags: {} }, { name: a, tags: {} }]')],
      'p/m.yaml:2:41 models.1.name: a appears twice',
    ],
    ['seventeen overlays', Array.from({ length: 17 }, (_, index) => anOverlay(`o${index}`)), 'is one overlay too many'],
  ])('is refused with %s', (_, files, said) => {
    expect(refusalOf(() => load(...files)).join('\n')).toContain(said);
  });

  it('has every overlay whose name does not begin with a dot, also one with a backslash in it', () => {
    const named = (file: string) => ({ ...anOverlay('credit', 'approval_expiry_days: 30'), ...aName(file) });
    const aName = (name: string) => ({ file: `p/${name}`, name });

    expect(load(named('a\\.credit.yaml')).overlays).toHaveLength(1);
    expect(load(named('.credit.yaml')).overlays).toHaveLength(0);
  });

  it('can be one file, which is its base', () => {
    expect(scopedPolicies(loadOnePolicy('policy.txt', new TextEncoder().encode(BASE)))).toBeUndefined();
  });

  it('is refused without a base', () => {
    expect(refusalOf(() => loadPolicies('p', [anOverlay('a')]))[0]).toBe(
      'p:1:1 has no base: exactly one policy is without a scope',
    );
  });
});

describe('an overlay', () => {
  it.each([
    [
      'a lower minimum',
      ratio('0.70'),
      `p/a.yaml:4:115 stages.bias_and_fairness.checks.${DI}.parameters.minimum: 0.70 is looser than 0.80 of the base (p/base.yaml:82:20)`,
    ],
    ['a mode that only warns', ofCheck(DI, 'mode: warn'), 'warn is looser than enforce of the base'],
    [
      'a stage that is not required',
      'stages: [{ name: bias_and_fairness, required: false }]',
      'p/a.yaml:4:47 stages.bias_and_fairness.required: warn is looser than enforce of the base (p/base.yaml:63:15)',
    ],
    ['fewer tiers', 'stages: [{ name: bias_and_fairness, required_for_risk_tiers: [high] }]', 'is looser than'],
    [
      'a role less',
      'tiers: { high: { roles: [ml_lead] } }',
      'tiers.high.roles: ml_lead is looser than ml_lead, risk_owner of the base',
    ],
    [
      'other people who accept a lower tier',
      'tier_override_roles: [risk_owner, legal, legal]',
      'p/a.yaml:4:22 tier_override_roles: risk_owner, legal, legal is looser than risk_owner, compliance_officer of the base',
    ],
    ['a later deadline', 'tiers: { low: { deadline_hours: 700 } }', '700 is looser than'],
    [
      'a longer validity',
      'approval_expiry_days: 365',
      'p/a.yaml:4:23 approval_expiry_days: 365 is looser than 90 of the base (p/base.yaml:6:23)',
    ],
    [
      'a rule of a lower tier',
      'tier_rules: [{ name: every, tier: low, when: {} }]',
      'p/a.yaml:4:13 tier_rules: low is looser than',
    ],
    [
      'a rule that is never reached',
      'tier_rules: [{ name: a, tier: high, when: {} }, { name: b, tier: high, when: {} }]',
      'p/a.yaml:4:13 tier_rules: is never reached',
    ],
    [
      'a question in other words',
      'tiers: { low: { checklist: [{ id: evaluation_read, question: Fine? }] } }',
      'Fine? puts in other words',
    ],
    [
      'a question about fewer releases',
      `tiers: { low: { checklist: [{ id: evaluation_read, question: "${QUESTION}", when: { first_release: false } }] } }`,
      'later releases is looser than',
    ],
    [
      'a check without its mode',
      ofCheck('git_ref_allowed', 'parameters: { allowed_refs: [refs/heads/main] }', 'security_review'),
      'mode: is missing',
    ],
    [
      'a new stage without its settings',
      'stages: [{ name: human_approval, approval_roles: [ml_lead] }]',
      'stages.human_approval',
    ],
    [
      'an answer after its deadline',
      'tiers: { low: { sla_hours: 700 } }',
      'tiers.low.sla_hours: is longer than deadline_hours',
    ],
  ])('may not have %s', (_, line, said) => {
    const [first = '', ...others] = refusalOf(() => load(anOverlay('a', line)));

    expect([first, ...others].join('\n')).toContain(said);
    expect(first).toMatch(/^p\/a\.yaml:4:\d+ /);
  });

  it('is judged as a whole: it may raise a tier if it asks there for what the base asks for at the lower one', () => {
    const base = BASE.replace('    roles: [ml_lead]\n', '    roles: [ml_lead, risk_owner]\n');
    const adding = 'tiers: { medium: { roles: [ml_lead, business_owner, risk_owner] } }';
    const loadOver = (...lines: string[]) => loadPolicies('p', [aFile('p/base.yaml', base), anOverlay('a', ...lines)]);

    expect(refusalOf(() => loadOver(RAISED))[0]).toMatch(
      /^p\/a\.yaml:5:3 tier_rules: medium, without roles risk_owner is looser than low of the base \(p\/base\.yaml:\d+:3\)/,
    );
    expect(loadOver(RAISED, adding).overlays).toHaveLength(1);
    // What is looser is named, and not what would be looser only by itself.
    expect(refusalOf(() => loadOver(RAISED, adding, 'approval_expiry_days: 365'))).toHaveLength(1);
  });
});

describe('two overlays of one model', () => {
  const CONTRADICTIONS: [string, string, string, string][] = [
    ['code of one check', lambda(1), lambda(2), 'stages.custom_checks.checks.own.lambda_arn'],
    [
      'the words of a question',
      'tiers: { low: { checklist: [{ id: q, question: Q? }] } }',
      'tiers: { low: { checklist: [{ id: q, question: R? }] } }',
      'tiers.low.checklist.q',
    ],
    [
      'what is accepted',
      ofCheck('consent_basis_documented', 'parameters: { accepted_bases: [consent] }', 'data_provenance'),
      ofCheck('consent_basis_documented', 'parameters: { accepted_bases: [contract] }', 'data_provenance'),
      'stages.data_provenance.checks.consent_basis_documented.parameters.accepted_bases',
    ],
  ];
  it.each(CONTRADICTIONS)(
    'that contradict each other in %s are named, with file and line of both',
    (_, one, other, part) => {
      const [said = ''] = refusalOf(() => load(anOverlay('a', one), anOverlay('b', other)));

      expect(said).toContain(`${part}: overlay a `);
      expect(said).toMatch(/^p\/a\.yaml:4:\d+ .* contradicts b .*\(p\/b\.yaml:4:\d+\)/);
      expect(
        load(anOverlay('a', 'scope: { models: [a] }', one), anOverlay('b', 'scope: { models: [b] }', other)).overlays,
      ).toHaveLength(2);
    },
  );

  it('are refused even if only their tags keep them apart: a model that is not listed is in both', () => {
    const apart = (line: string, demand: string) => [`scope: { tags: { line: [${line}] } }`, demand];

    expect(
      refusalOf(() => load(anOverlay('a', ...apart('x', lambda(1))), anOverlay('b', ...apart('y', lambda(2))))).join(),
    ).toContain('contradicts b');
  });

  it('are refused if they are looser together', () => {
    const files = [anOverlay('a', RAISED), anOverlay('b', LOW_NEEDS_RISK_OWNER)];

    expect(refusalOf(() => load(...files))[0]).toBe(
      'p/a.yaml:3:8 together: overlay a contradicts b (p/b.yaml:3:8), and one model can be in the scope of all: neither is the stricter',
    );
  });

  it('are refused if no policy could ask for all that they ask for', () => {
    const roles = (...names: string[]) => `tiers: { low: { roles: [ml_lead, ${names.join(', ')}] } }`;
    const files = [
      anOverlay('a', roles('legal', 'legal', 'legal', 'legal')),
      anOverlay('b', roles('risk_owner', 'risk_owner', 'risk_owner', 'risk_owner')),
    ];

    expect(refusalOf(() => load(...files))[0]).toMatch(
      /^p\/a\.yaml:4:24 tiers\.low\.roles: .* must have at most 8 entries/,
    );
  });
});

it('three overlays of which each two agree are refused if all three do not', () => {
  const bases = (...accepted: string[]) =>
    ofCheck('consent_basis_documented', `parameters: { accepted_bases: [${accepted.join(', ')}] }`, 'data_provenance');
  const base = BASE.replace(
    '- name: consent_basis_documented\n        mode: enforce',
    '- name: consent_basis_documented\n        mode: enforce\n        parameters: { accepted_bases: [consent, contract, legal_obligation] }',
  );
  const files = [
    aFile('p/base.yaml', base),
    anOverlay('a', bases('consent', 'contract')),
    anOverlay('b', bases('contract', 'legal_obligation')),
    anOverlay('c', bases('consent', 'legal_obligation')),
  ];

  expect(loadPolicies('p', files.slice(0, 3)).overlays).toHaveLength(2);
  expect(refusalOf(() => loadPolicies('p', files))[0]).toMatch(
    /overlay a .* contradicts b .*p\/b\.yaml:4:\d+\), c .*p\/c\.yaml/,
  );
});
