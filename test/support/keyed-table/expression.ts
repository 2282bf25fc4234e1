/** The conditions of DynamoDB that the product reads with, on a row as DynamoDB sends it. */

export type Value = { readonly S?: string; readonly N?: string; readonly [type: string]: unknown };
export type Row = Readonly<Record<string, Value>>;
export type Given = {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, Value>> | undefined;
};
type Holds = (row: Row) => boolean;

const TOKEN = /\s*(<>|<=|>=|[=<>(),]|[#:]?\w+)/y;

/** What a condition asks of a row. One that is written in a way that is not known here is an error. */
export const conditionOf = (expression: string, given: Given): Holds => {
  const tokens = tokensOf(expression);
  let place = 0;
  const next = (): string => tokens[place++] ?? '';
  const is = (token: string): boolean => tokens[place] === token && next() === token;
  const expect = (token: string): void => {
    const found = next();
    if (found !== token) throw new Error(`${expression}: ${token} was expected, not ${found}`);
  };
  const operand = () => {
    const token = next();
    if (token.startsWith(':')) {
      const value = given.ExpressionAttributeValues?.[token];
      if (value === undefined) throw new Error(`${expression}: ${token} has no value`);
      return () => value;
    }
    const name = given.ExpressionAttributeNames?.[token] ?? token;
    if (name.startsWith('#')) throw new Error(`${expression}: ${token} has no name`);
    return (row: Row) => row[name];
  };
  const any = (): Holds => {
    const all = [every()];
    while (is('OR')) all.push(every());
    return (row) => all.some((one) => one(row));
  };
  const every = (): Holds => {
    const all = [single()];
    while (is('AND')) all.push(single());
    return (row) => all.every((one) => one(row));
  };
  const single = (): Holds => {
    if (is('(')) {
      const inner = any();
      expect(')');
      return inner;
    }
    if (is('attribute_not_exists')) {
      const [of] = args(1);
      return (row) => of?.(row) === undefined;
    }
    if (is('begins_with')) {
      const [of, start] = args(2);
      return (row) => (of?.(row)?.S ?? '\u0000').startsWith(start?.(row)?.S ?? '');
    }
    return comparison();
  };
  const args = (count: number) => {
    expect('(');
    const found = Array.from({ length: count }, (_, index) => {
      if (index > 0) expect(',');
      return operand();
    });
    expect(')');
    return found;
  };
  const comparison = (): Holds => {
    const left = operand();
    const by = next();
    if (by === 'BETWEEN') {
      const low = operand();
      expect('AND');
      const high = operand();
      return (row) => isIn(order(left(row), low(row)), '>=') && isIn(order(left(row), high(row)), '<=');
    }
    if (by === 'IN') {
      expect('(');
      const all = [operand()];
      while (is(',')) all.push(operand());
      expect(')');
      return (row) => all.some((one) => order(left(row), one(row)) === 0);
    }
    if (!(by in SIGNS)) throw new Error(`${expression}: ${by} is not known here`);
    const right = operand();
    return (row) => isIn(order(left(row), right(row)), by);
  };
  const whole = any();
  if (place < tokens.length) throw new Error(`${expression}: ${tokens[place]} is not known here`);
  return whole;
};

const tokensOf = (expression: string): string[] => {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(expression); match !== null; match = TOKEN.exec(expression)) found.push(match[1] ?? '');
  return found;
};

const SIGNS: Readonly<Record<string, readonly number[]>> = {
  '=': [0],
  '<>': [-1, 1],
  '<': [-1],
  '<=': [-1, 0],
  '>': [1],
  '>=': [0, 1],
};

const isIn = (found: number | undefined, by: string): boolean =>
  by === '<>' ? found !== 0 : found !== undefined && (SIGNS[by] ?? []).includes(found);

/** Nothing, where one of them is not there or they are of two types. */
const order = (one: Value | undefined, other: Value | undefined): number | undefined => {
  if (one?.S !== undefined && other?.S !== undefined) return compare(one.S, other.S);
  if (one?.N !== undefined && other?.N !== undefined) return compare(Number(one.N), Number(other.N));
  return undefined;
};

const compare = <T extends string | number>(one: T, other: T): number => (one === other ? 0 : one < other ? -1 : 1);
