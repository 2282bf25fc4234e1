/** A table of a few rows that says what it was asked for, in the words that IAM judges by. It keeps nothing that is put. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

type Row = Readonly<Record<string, unknown>>;

export type TableCall = {
  readonly action: string;
  /** The partition keys that are named: those of the index, if it is one. */
  readonly partitions: readonly string[];
  readonly index: string | undefined;
};

// biome-ignore lint/suspicious/noExplicitAny: the input of any command of the SDK
type Input = any;

export const recordingTable = (rows: readonly Row[] = []) => {
  const calls: TableCall[] = [];
  const note = (action: string, partitions: readonly unknown[], index?: string) =>
    calls.push({ action: `dynamodb:${action}`, partitions: partitions.map(String), index });
  const at = ({ pk, sk }: Row) => rows.find((row) => row['pk'] === pk && row['sk'] === sk);
  const answers: Readonly<Record<string, (input: Input) => object>> = {
    GetCommand: ({ Key }) => {
      note('GetItem', [Key.pk]);
      return { Item: at(Key) };
    },
    BatchGetCommand: ({ RequestItems }) => {
      const [[table, { Keys }]] = Object.entries<Input>(RequestItems) as [[string, Input]];
      note(
        'BatchGetItem',
        Keys.map(({ pk }: Row) => pk),
      );
      return { Responses: { [table]: Keys.flatMap((key: Row) => at(key) ?? []) } };
    },
    QueryCommand: ({ IndexName, KeyConditionExpression, ExpressionAttributeValues: values }) => {
      const [, name = '', value = ''] = /^(\w+) = (:\w+)/.exec(KeyConditionExpression) ?? [];
      const [, prefix = ':none'] = /begins_with\(sk, (:\w+)\)/.exec(KeyConditionExpression) ?? [];
      note('Query', [values[value]], IndexName);
      const found = rows.filter((row) => row[name] === values[value]);
      return { Items: found.filter((row) => String(row['sk']).startsWith(values[prefix] ?? '')) };
    },
    ExecuteStatementCommand: ({ Parameters }) => {
      note('PartiQLSelect', Parameters);
      return { Items: rows.filter(({ pk }) => Parameters.includes(pk)) };
    },
    PutCommand: ({ Item }) => {
      note('PutItem', [Item.pk]);
      return {};
    },
    UpdateCommand: ({ Key }) => {
      note('UpdateItem', [Key.pk]);
      return { Attributes: at(Key) ?? Key };
    },
    TransactWriteCommand: ({ TransactItems }) => {
      for (const { Put, Update, ConditionCheck } of TransactItems) {
        if (Put) note('PutItem', [Put.Item.pk]);
        if (Update) note('UpdateItem', [Update.Key.pk]);
        if (ConditionCheck) note('ConditionCheckItem', [ConditionCheck.Key.pk]);
      }
      return {};
    },
  };
  const send = async (command: { readonly input: Input }): Promise<object> => {
    const answer = answers[command.constructor.name];
    if (answer === undefined) throw new Error(`the recording knows no ${command.constructor.name}`);
    return answer(command.input);
  };
  return { calls, client: { send } as unknown as DynamoDBDocumentClient };
};
