import { scopeInWords } from '../../domain/policy/diff-scoped-policies.ts';
import { type LoadedPolicies, scopedPolicies } from '../../domain/policy/load-policies.ts';
import { type Demand, demandsWithOrigin } from '../../domain/policy/policy-origins.ts';
import { policySha256 } from '../../domain/policy/policy-record.ts';
import { TagName, TagValue } from '../../domain/policy/scope.ts';
import { type AppliedPolicy, policyOf } from '../../domain/policy/scoped-policies.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { DEFAULT_POLICY, loadPoliciesAt } from '../files/policy-file.ts';
import { columns, jsonText, plain } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'policy which',
  parameters: ['MODEL'],
  description: [
    'Shows the policy of a model: its base, the overlays that apply, with their digests, and each demand with the file, the',
    'line and the column that it comes from. A demand in brackets is not written there: it is a default, or follows from what is.',
  ].join('\n'),
  example: 'hmda-mortgage --policy policies/governance-policy.yaml',
  options: {
    policy: { type: 'string', value: 'PATH', description: `the policy, or the folder of policies (${DEFAULT_POLICY})` },
    tag: {
      type: 'string',
      multiple: true,
      value: 'NAME=VALUE',
      description: 'a tag of the model, instead of those that are declared; may be repeated',
    },
    json: { type: 'boolean', description: 'print the policy as JSON' },
  },
  run: async ({ values, positionals: [model = ''] }, around) => {
    const loaded = await loadPoliciesAt(around, values.policy ?? DEFAULT_POLICY);
    const policies = { base: loaded.base.policy, scoped: scopedPolicies(loaded) };
    const tags = values.tag === undefined ? undefined : new Map(values.tag.map(parseTag));
    const document = documentOf(model, loaded, policyOf(policies, model, tags));
    around.out(values.json ? jsonText(document) : accountOf(document));
    return EXIT.ok;
  },
});

const parseTag = (text: string): [string, string] => {
  const [name = '', ...rest] = text.split('=');
  const value = rest.join('=');
  if (TagName.safeParse(name).success && TagValue.safeParse(value).success) return [name, value];
  throw new UsageError(`${plain(text)} is no tag: write --tag NAME=VALUE`);
};

type Document = ReturnType<typeof documentOf>;

const documentOf = (model: string, loaded: LoadedPolicies, applied: AppliedPolicy) => {
  const { base, overlays } = loaded;
  return {
    model,
    tags: Object.fromEntries(applied.tags),
    policy_sha256: policySha256(applied.policy),
    base: { name: base.policy.name, file: base.source.file, sha256: policySha256(base.policy) },
    overlays: applied.overlays.map(({ name, sha256, scope }) => ({
      name,
      file: overlays.find((overlay) => overlay.name === name)?.source.file ?? '',
      sha256,
      scope: scopeInWords(scope),
      /** It may be for the model, because nobody declared these. */
      undeclared_tags: Object.keys(scope.tags ?? {}).filter((tag) => !applied.tags.has(tag)),
    })),
    demands: demandsWithOrigin(loaded, applied).map((demand) => ({
      demand: demand.path.join('.'),
      says: sayValue(demand),
      from: demand.from,
      is_written: demand.isWritten,
    })),
  };
};

const sayValue = ({ value }: Demand): string => (typeof value === 'string' ? value : JSON.stringify(value));

const accountOf = ({ model, tags, policy_sha256: digest, base, overlays, demands }: Document): string =>
  [
    columns(
      ['model', model],
      [
        [
          'tags',
          Object.entries(tags)
            .map(([name, value]) => `${name}=${value}`)
            .join(', ') || 'none declared',
        ],
        ['base', `${base.name} (${base.file}), sha256 ${base.sha256}`],
        ...overlays.map(({ name, file, sha256, scope, undeclared_tags: undeclared }) => [
          'overlay',
          `${name} (${file}), sha256 ${sha256}, for ${scope}${undeclared.length > 0 ? `; ${undeclared.join(', ')} not declared` : ''}`,
        ]),
        ['policy', `sha256 ${digest}`],
      ],
    ),
    '',
    columns(
      ['demand', 'says', 'from'],
      demands.map(({ demand, says, from, is_written: isWritten }) => [
        demand,
        says.length > 60 ? `${says.slice(0, 59)}…` : says,
        isWritten ? from.join(', ') : `(${from.join(', ')})`,
      ]),
    ),
  ].join('\n');
