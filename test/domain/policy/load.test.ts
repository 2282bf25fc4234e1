import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configurationKind, loadDirectory, loadPolicy } from '../../../lib/domain/policy/load.ts';
import type { Violation } from '../../../lib/domain/refusal.ts';
import { refusalOf } from '../../support/refusals.ts';

const read = (name: string) => readFileSync(new URL(`../../../policies/${name}`, import.meta.url), 'utf8');
const POLICY = read('governance-policy.yaml');
const APPROVERS = read('approvers.yaml');

/** Where the first `found` of a file stands, as an editor counts. */
const placeOf = (file: string, found: string): string => {
  const before = file.slice(0, file.indexOf(found)).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
};

/** The faults of the file after its first `from` has become `to`. */
const violationsOf = async (load: typeof loadPolicy | typeof loadDirectory, file: string, from: string, to: string) => {
  expect(file).toContain(from);
  const changed = file.replace(from, to);
  const { code, violations } = await refusalOf(() => load(new TextEncoder().encode(changed), 'p.yaml'));
  expect(code).toBe('PolicyInvalid');
  return { violations, changed };
};

describe('a policy file is refused with file, line, column and what was meant', () => {
  it.each([
    [
      'a role',
      'roles: [ml_lead]',
      'roles: [ml_led]',
      'ml_led',
      'tiers.low.roles.0: there is no role ml_led: did you mean ml_lead?',
    ],
    [
      'a role far from all',
      'roles: [ml_lead]',
      'roles: [ceo]',
      'ceo',
      /there is no role ceo: one of ml_lead, ml_engineer, /,
    ],
    [
      'a check',
      'name: intended_use_defined',
      'name: intended_uses_define',
      'intended_uses_define',
      /there is no check intended_uses_define: did you mean intended_use_defined\?/,
    ],
    [
      'a check of another stage',
      'name: intended_use_defined',
      'name: pii_handling_verified # here',
      'pii_handling_verified # here',
      /pii_handling_verified is a check of stage data_provenance/,
    ],
    [
      'a stage',
      '- name: model_card\n',
      '- name: modelcard\n',
      'modelcard\n',
      /there is no stage modelcard: did you mean model_card\?/,
    ],
    ['a mode', 'mode: enforce', 'mode: Enforced', 'Enforced', /there is no mode Enforced: did you mean enforce\?/],
    ['a tier', '  high:\n', '  hihg:\n', 'hihg', 'tiers.hihg: there is no key hihg here: did you mean high?'],
    [
      'a key',
      'approval_expiry_days',
      'aproval_expiry_day',
      'aproval_expiry_day',
      /there is no key aproval_expiry_day here: did you mean approval_expiry_days\?/,
    ],
    [
      'a parameter',
      'maximum_retention_days',
      'retention_days',
      'retention_days',
      /there is no key retention_days here: .*maximum_retention_days/,
    ],
    [
      'a parameter behind an alias',
      '&groups\n          maximum',
      '&groups\n          maximun',
      'maximun',
      /there is no key maximun here: did you mean maximum\?/,
    ],
    [
      'a threshold without quotes',
      'minimum: "0.80"',
      'minimum: 0.80',
      '0.80 #',
      /parameters.minimum: 0.8 must be text: put it in quotes/,
    ],
    [
      'a key that appears twice',
      'required: true',
      'blocking: true',
      'blocking: true',
      'stages.0.blocking: appears twice',
    ],
  ])('%s', async (_, from, to, place, problem) => {
    const { violations, changed } = await violationsOf(loadPolicy, POLICY, from, to);

    const said = typeof problem === 'string' ? problem : expect.stringMatching(problem);
    const field = place === 'blocking: true' ? expect.any(String) : `p.yaml:${placeOf(changed, place)}`;
    expect(violations).toContainEqual({ field, problem: said });
  });

  it('names text in it that is not seen, at its place', async () => {
    const question = 'question: Are the known limitations acceptable';

    const { violations, changed } = await violationsOf(
      loadPolicy,
      POLICY,
      `${question} for an internal use without effect on customers?`,
      'question: "Are the known limitations \\u202eacceptable?"',
    );

    expect(violations).toEqual([
      {
        field: `p.yaml:${placeOf(changed, '"Are the known limitations \\u202e')}`,
        problem: expect.stringMatching(/question: has a character that is not seen, U\+202E$/),
      },
    ]);
  });

  it('names what is missing, at the key that it is missing under', async () => {
    const { violations, changed } = await violationsOf(loadPolicy, POLICY, '    sla_hours: 4\n', '');

    expect(violations).toEqual([
      { field: `p.yaml:${placeOf(changed, 'low:')}`, problem: 'tiers.low.sla_hours: is missing' },
    ]);
  });

  it.each([
    ['no YAML', 'stages: [', 1],
    ['no map', '- a', 1],
    ['nothing', '', 1],
    ['not UTF-8', '\u00ff', 1],
  ])('%s', async (name, text, line) => {
    const bytes = name === 'not UTF-8' ? Uint8Array.of(0xff) : new TextEncoder().encode(text);
    const { violations } = await refusalOf(() => loadPolicy(bytes, 'p.yaml'));

    expect(violations[0]?.field).toMatch(new RegExp(`^p.yaml:${line}:\\d+$`));
  });

  it.each([
    [
      'a version of the format',
      'schema_version: 1',
      'schema_version: 2',
      'schema_version: there is no such value 2: it must be 1',
    ],
    ['a list for a word', 'name: Mortgage credit models', 'name: [a]', 'name: must be text, not a list'],
    ['a map for a word', 'name: Mortgage credit models', 'name: { a: b }', 'name: must be text, not {"a":"b"}'],
    [
      'a word that fits no line',
      'name: Mortgage',
      `${'n'.repeat(70)}: Mortgage`,
      /^n{70}: there is no key n{63}… here/,
    ],
    [
      'a word of a long vocabulary',
      'tiers:\n',
      'release_gates: { required_artifacts: [x] }\ntiers:\n',
      'release_gates.required_artifacts.0: there is no artifact x',
    ],
    [
      'a review',
      'tiers:\n',
      'review_stages: { tecnical: [ml_lead] }\ntiers:\n',
      'review_stages.tecnical: there is no key tecnical here: did you mean technical?',
    ],
    [
      'a review far from all',
      'tiers:\n',
      'review_stages: { xyz: [ml_lead] }\ntiers:\n',
      'review_stages.xyz: there is no key xyz here: one of technical, business, compliance, deployment',
    ],
    [
      'a key with a dot that appears twice',
      'name: Mortgage',
      'a: 1\na.b: 1\na.b: 1\nname: Mortgage',
      'a.b: appears twice',
    ],
    [
      'an invalid day',
      'approval_expiry_days: 90',
      'approval_expiry_days: 0',
      'approval_expiry_days: must be at least 1',
    ],
  ])('%s', async (_, from, to, problem) => {
    const { violations } = await violationsOf(loadPolicy, POLICY, from, to);

    const said = typeof problem === 'string' ? problem : expect.stringMatching(problem);
    expect(violations).toContainEqual({ field: expect.stringMatching(/^p\.yaml:\d+:\d+$/), problem: said });
  });

  it('but not for a bug of ours, which stays one', () => {
    expect(() => loadPolicy(JSON.parse('null'), 'p.yaml')).toThrow(TypeError);
  });

  it('too large to be one', async () => {
    const { message } = await refusalOf(() => loadPolicy(new Uint8Array(262_145), 'p.yaml'));

    expect(message).toContain('262145 bytes');
  });

  it('does not list more than anybody mends at once', async () => {
    const violations: readonly Violation[] = (
      await refusalOf(() =>
        loadPolicy(
          new TextEncoder().encode(
            `{${'abcdefghijklmnopqrstuvwxyz'
              .split('')
              .map((key) => `${key}: 1`)
              .join(', ')}}`,
          ),
          'p.yaml',
        ),
      )
    ).violations;

    expect(violations).toHaveLength(20);
  });
});

describe('a directory of approvers is refused (AP-1)', () => {
  const DANA = '    roles: [ml_engineer, ml_lead]\n';
  const ANA = '    email: ana.silva@example.com\n';
  const window = (days: string) => `      - { delegate: ana.silva, ${days} }\n`;
  it.each([
    ['for a role', DANA, '    roles: [ml_engineer, lead_ml_x]\n', /there is no role lead_ml_x/],
    ['for a key', ANA, '    e_mail: ana.silva@example.com\n', /there is no key e_mail here: did you mean email\?/],
    [
      'for an address that two people have',
      ANA,
      '    email: Dana.Kim@example.com\n',
      /people.1.email: is the address of another person/,
    ],
    ['for an offset', ANA, `${ANA}    time_zone: '+05:07'\n`, /there is no time zone \+05:07/],
    ['for a time zone', ANA, `${ANA}    time_zone: Europe/Atlantis\n`, /there is no time zone Europe\/Atlantis/],
    ['for a backup who is not there', ANA, `${ANA}    backups: [nobody]\n`, /there is no person nobody/],
    ['for a backup of oneself', ANA, `${ANA}    backups: [ana.silva]\n`, /nobody is their own backup/],
    [
      'for a backup twice',
      ANA,
      `${ANA}    backups: [dana.kim, dana.kim]\n`,
      /people.1.backups.1: dana.kim appears twice/,
    ],
    [
      'for an absence that ends before it starts',
      ANA,
      `${ANA}    absences:\n      - { first_day: 2026-12-24, last_day: 2026-12-23 }\n`,
      /people.1.absences.0.last_day: 2026-12-23 is before the first day/,
    ],
    [
      'for a day that is none',
      ANA,
      `${ANA}    absences:\n      - { first_day: 2026-02-30, last_day: 2026-03-01 }\n`,
      /people.1.absences.0.first_day/,
    ],
    [
      'for a delegate who is not there',
      ANA,
      `${ANA}    delegations:\n      - { delegate: nobody, first_day: 2026-12-24, last_day: 2026-12-24 }\n`,
      /there is no person nobody/,
    ],
    [
      'for a delegate of oneself',
      ANA,
      `${ANA}    delegations:\n${window('first_day: 2026-12-24, last_day: 2026-12-24')}`,
      /nobody is their own delegate/,
    ],
    [
      'for a role that the person cannot lend',
      ANA,
      `${ANA}    delegations:\n      - { delegate: dana.kim, first_day: 2026-12-24, last_day: 2026-12-24, roles: [legal] }\n`,
      /ana.silva does not hold legal/,
    ],
    [
      'for a delegation that ends before it starts',
      DANA,
      `${DANA}    delegations:\n${window('first_day: 2026-12-25, last_day: 2026-12-24')}`,
      /people.0.delegations.0.last_day: 2026-12-24 is before/,
    ],
  ])('%s', async (_, from, to, problem) => {
    const { violations } = await violationsOf(loadDirectory, APPROVERS, from, to);

    expect(violations).toContainEqual({
      field: expect.stringMatching(/^p\.yaml:\d+:\d+$/),
      problem: expect.stringMatching(problem),
    });
  });

  const delegating = (ana: string, ben: string) =>
    APPROVERS.replace(ANA, `${ANA}    delegations:\n      - { delegate: ben.okafor, ${ana} }\n`).replace(
      '    email: ben.okafor@example.com\n',
      `    email: ben.okafor@example.com\n    delegations:\n      - { delegate: ana.silva, ${ben} }\n`,
    );

  it('for people who delegate to each other on the same day', async () => {
    const file = delegating(
      'first_day: 2026-12-01, last_day: 2026-12-10',
      'first_day: 2026-12-10, last_day: 2026-12-20',
    );
    const { violations } = await refusalOf(() => loadDirectory(new TextEncoder().encode(file), 'p.yaml'));

    expect(violations.map(({ problem }) => problem)).toEqual([
      'people.1.delegations.0.delegate: delegates in a circle: ana.silva to ben.okafor to ana.silva',
      'people.2.delegations.0.delegate: delegates in a circle: ben.okafor to ana.silva to ben.okafor',
    ]);
  });

  it('for people who delegate in a circle that somebody else delegates into', async () => {
    const chain = (from: string, to: string) => (file: string) =>
      file.replace(
        `    email: ${from}@example.com\n`,
        `    email: ${from}@example.com\n    delegations:\n      - { delegate: ${to}, first_day: 2026-12-01, last_day: 2026-12-02 }\n`,
      );
    const file = [
      chain('dana.kim', 'ana.silva'),
      chain('ana.silva', 'ben.okafor'),
      chain('ben.okafor', 'ana.silva'),
    ].reduce((text, add) => add(text), APPROVERS);
    const { violations } = await refusalOf(() => loadDirectory(new TextEncoder().encode(file), 'p.yaml'));

    expect(violations.map(({ problem }) => problem.slice(0, 8))).toEqual(['people.1', 'people.2']);
  });

  it('but not for people who delegate to each other one after the other', () => {
    const file = delegating(
      'first_day: 2026-12-01, last_day: 2026-12-09',
      'first_day: 2026-12-10, last_day: 2026-12-20',
    );

    expect(loadDirectory(new TextEncoder().encode(file), 'p.yaml').people).toHaveLength(9);
  });
});

describe('a file', () => {
  it.each([
    [POLICY, 'policy'],
    [APPROVERS, 'approvers'],
    ['cases: []', 'cases'],
    ['just a word', 'policy'],
  ])('is recognised by what only it has', (text, kind) => {
    expect(configurationKind(new TextEncoder().encode(text), 'p.yaml')).toBe(kind);
  });
});
