/** What DynamoDB refuses of a query, which the emulator answers all the same. */
import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';

/** The key attributes of each index, beside those of the table. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  'by-state': ['gsi_state_pk', 'gsi_state_sk'],
  'by-model': ['listed_model', 'updatedAt'],
};
const PARTITION_MAX_BYTES = 2048;
const SORT_MAX_BYTES = 1024;
const PARTITIONS = ['pk', 'gsi_state_pk', 'listed_model'];

type Values = Readonly<Record<string, unknown>>;

/** Why DynamoDB would refuse the query with a ValidationException; empty if it would not. */
export const queryProblems = (input: QueryCommandInput): string[] => {
  const { IndexName, KeyConditionExpression = '', ExpressionAttributeValues: values = {}, ExclusiveStartKey } = input;
  const conditions = conditionsIn(KeyConditionExpression);
  const bounds = conditions.filter(({ from, to }) => String(values[from]) > String(values[to])).map(({ text }) => text);
  if (ExclusiveStartKey === undefined) return bounds;
  const names = ['pk', 'sk', ...(IndexName === undefined ? [] : (KEYS[IndexName] ?? []))].sort();
  return [
    ...bounds,
    ...(Object.keys(ExclusiveStartKey).sort().join() === names.join() ? [] : [`the place has not ${names.join()}`]),
    ...names.flatMap((name) => sizeProblem(name, ExclusiveStartKey[name])),
    ...conditions
      .filter((condition) => !holds(condition, String(ExclusiveStartKey[condition.name]), values))
      .map(({ text }) => `the place is outside ${text}`),
  ];
};

const sizeProblem = (name: string, value: unknown): string[] => {
  const bytes = typeof value === 'string' && value.isWellFormed() ? Buffer.byteLength(value) : 0;
  return bytes > 0 && bytes <= (PARTITIONS.includes(name) ? PARTITION_MAX_BYTES : SORT_MAX_BYTES)
    ? []
    : [`${name} has ${bytes} bytes`];
};

type Condition = {
  readonly text: string;
  readonly name: string;
  readonly how: string;
  readonly from: string;
  readonly to: string;
};

const FORMS =
  /begins_with\((?<prefixed>\w+), (?<prefix>:\w+)\)|(?<between>\w+) BETWEEN (?<low>:\w+) AND (?<high>:\w+)|(?<name>\w+) (?<how>=|>=|<=) (?<value>:\w+)/g;

const conditionsIn = (expression: string): Condition[] =>
  [...expression.matchAll(FORMS)].map(({ 0: text, groups = {} }) => {
    if (groups['prefix'] !== undefined)
      return { text, name: String(groups['prefixed']), how: 'begins', from: groups['prefix'], to: groups['prefix'] };
    if (groups['low'] !== undefined)
      return { text, name: String(groups['between']), how: 'between', from: groups['low'], to: String(groups['high']) };
    const value = String(groups['value']);
    return { text, name: String(groups['name']), how: String(groups['how']), from: value, to: value };
  });

const holds = ({ how, from, to }: Condition, value: string, values: Values): boolean => {
  const [low, high] = [String(values[from]), String(values[to])];
  if (how === 'begins') return value.startsWith(low);
  if (how === '=') return value === low;
  return (how === '<=' || value >= low) && (how === '>=' || value <= high);
};
