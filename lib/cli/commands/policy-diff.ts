import { cut } from '../../domain/cut.ts';
import { diffScopedPolicies } from '../../domain/policy/diff-scoped-policies.ts';
import { judgedParameters } from '../../domain/policy/judged-parameters.ts';
import { EFFECTS, type PolicyChange } from '../../domain/policy/value-change.ts';
import { defineCommand, EXIT } from '../command.ts';
import { readPolicies } from '../files/policy-file.ts';
import { columns, count, jsonText } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'policy diff',
  parameters: ['BEFORE', 'AFTER'],
  description: [
    'Shows what became stricter and what looser between two policies: checks, thresholds, tiers, roles, gates.',
    'Tier rules are compared by what they decide, folders of policies overlay by overlay. Exit code 1 if anything became looser, or cannot be ordered.',
  ].join('\n'),
  example: 'policies/governance-policy.yaml stricter.yaml',
  options: { json: { type: 'boolean', description: 'print the changes as JSON' } },
  run: async ({ values, positionals: [before = '', after = ''] }, around) => {
    const changes = diffScopedPolicies(
      await readPolicies(around, before),
      await readPolicies(around, after),
      judgedParameters,
    );
    around.out(values.json ? jsonText(changes) : accountOf(changes));
    return changes.some(({ effect }) => effect === 'looser' || effect === 'unordered') ? EXIT.no : EXIT.ok;
  },
});

/** A long text, such as a reworded question, would push everything else off the screen. */
const short = (text: string): string => (text.length > 48 ? `${cut(text, 47)}…` : text);

const IN_WORDS: Readonly<Record<PolicyChange['effect'], string>> = {
  looser: 'looser',
  unordered: 'cannot be ordered',
  stricter: 'stricter',
  changed: 'changed',
};

const accountOf = (changes: readonly PolicyChange[]): string => {
  if (changes.length === 0) return 'the policies are equivalent';
  const number = (effect: PolicyChange['effect']) => changes.filter((change) => change.effect === effect).length;
  return [
    columns(
      ['', 'what', 'before', 'after'],
      EFFECTS.flatMap((effect) =>
        changes
          .filter((change) => change.effect === effect)
          .map(({ about, before, after }) => [IN_WORDS[effect], about, short(before), short(after)]),
      ),
    ),
    '',
    `${count(changes.length, 'change')}: ${number('looser')} looser, ${number('unordered')} that cannot be ordered, ${number('stricter')} stricter`,
  ].join('\n');
};
