import { RiskTier } from '../../domain/identifiers.ts';
import { controlMap, type MappedControl, unmappedChecks } from '../../domain/policy/control-map.ts';
import type { PolicyRecord } from '../../domain/policy/policy-record.ts';
import { type Clause, type Day, isInForce } from '../../domain/policy/regime.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { DEFAULT_POLICY, readPolicies } from '../files/policy-file.ts';
import { dayAsked, readRegimes } from '../files/regime-files.ts';
import { jsonText, paragraph, plain } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'policy regimes',
  parameters: [],
  description: [
    'Maps the clauses of laws, rules and frameworks that hold on a day to the controls that they ask for, the checks of',
    'a policy that serve these at each tier, the evidence that the checks read, and the questions that it answers.',
    'It lists what is asked for and where the evidence is; whether a law is met is not for Assay to say.',
  ].join('\n'),
  example: '--as-of 2026-05-01',
  options: {
    'as-of': { type: 'string', value: 'DATE', description: 'the day on which the clauses hold (today)' },
    policy: {
      type: 'string',
      value: 'FILE',
      description: `the policy, or a folder with its overlays, of which this is about the base (${DEFAULT_POLICY})`,
    },
    regimes: { type: 'string', value: 'DIR', description: 'the folder of regime files (policies/regimes)' },
    json: { type: 'boolean', description: 'print the map as JSON' },
    markdown: { type: 'boolean', description: 'print the map as Markdown' },
  },
  run: async ({ values }, around) => {
    if (values.json && values.markdown) throw new UsageError('policy regimes: --json or --markdown, not both');
    const day = dayAsked(values['as-of']);
    const { base: policy } = await readPolicies(around, values.policy ?? DEFAULT_POLICY);
    const { clauses } = await readRegimes(around, values.regimes);
    const found = { day, policy, clauses, controls: controlMap(policy, clauses, day) };
    if (values.json) around.out(jsonText(documentOf(found)));
    else around.out(values.markdown ? markdownOf(found) : accountOf(found));
    return EXIT.ok;
  },
});

type Found = {
  readonly day: Day;
  readonly policy: PolicyRecord;
  readonly clauses: readonly Clause[];
  readonly controls: readonly MappedControl[];
};

const documentOf = ({ day, policy, clauses, controls }: Found) => ({
  as_of: day,
  policy: policy.name,
  clauses: clauses.filter((clause) => isInForce(clause, day)).map(({ controls: _, ...clause }) => clause),
  controls,
  checks_without_a_clause: unmappedChecks(policy, controls),
});

const SAID = 'It lists what is asked for and where the evidence is; whether a law is met is not for Assay to say.';
const SECONDARY = 'The dates are from secondary sources, unless a regime file says otherwise.';

/** The checks that the policy has at the tier, and those that it lacks. */
const checksOf = ({ checks }: MappedControl): { readonly asked: string; readonly evidence: string } => {
  const asked = checks.filter(({ mode }) => mode !== 'none');
  return {
    asked: asked.map(({ name, mode }) => `${name} (${mode})`).join(', ') || 'none in this policy',
    evidence: [...new Set(asked.flatMap(({ evidence }) => evidence))].join(', ') || '–',
  };
};

const accountOf = ({ day, policy, controls }: Found): string =>
  [
    `${plain(policy.name)}, as of ${day}. ${SAID} ${SECONDARY}`,
    ...RiskTier.options.flatMap((tier) => [
      '',
      `tier ${tier}`,
      ...controls.filter((control) => control.tier === tier).flatMap(controlInWords),
    ]),
    ...unmappedChecks(policy, controls).map((check) => `no clause asks for ${check}`),
  ].join('\n');

const controlInWords = (control: MappedControl): string[] => {
  const { asked, evidence } = checksOf(control);
  const to = control.applies_to === '' ? '' : ` (${control.applies_to})`;
  return [
    '',
    plain(`${control.clause}${to}: ${control.control}`),
    paragraph(`checks: ${asked}`),
    paragraph(`evidence: ${evidence}`),
    paragraph(`question: ${control.question}`),
  ];
};

const markdownOf = ({ day, policy, controls }: Found): string =>
  [
    `# ${cell(policy.name)}, as of ${day}`,
    '',
    `${SAID} ${SECONDARY}`,
    ...RiskTier.options.flatMap((tier) => [
      '',
      `## Tier ${tier}`,
      '',
      '| clause | control | checks | evidence | question |',
      '|---|---|---|---|---|',
      ...controls
        .filter((control) => control.tier === tier)
        .map((control) => {
          const { asked, evidence } = checksOf(control);
          const to = control.applies_to === '' ? '' : ` (${control.applies_to})`;
          return `| ${[`${control.clause}${to}`, control.control, asked, evidence, control.question].map(cell).join(' | ')} |`;
        }),
    ]),
  ].join('\n');

/** The files are untrusted input, and a bar would end a cell. */
const cell = (text: string): string => plain(text).replaceAll('|', '\\|');
