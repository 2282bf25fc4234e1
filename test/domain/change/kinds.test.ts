import { describe, expect, it } from 'vitest';
import { type EntityName, keyOf, kinds } from '../../../lib/domain/change/kinds.ts';
import { everyKind, kindNames } from '../../support/every-kind.ts';
import { inProduction } from '../../support/release-life.ts';

const records = everyKind(inProduction);
const keyById = <N extends EntityName>(kind: N) => kinds[kind].key(...records[kind].id);

describe.each(kindNames)('a record of kind %s', (kind) => {
  const { record } = records[kind];
  const { schema } = kinds[kind];

  it('reads back unchanged', () => {
    expect(schema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  it('keeps a field that only another version knows', () => {
    expect(schema.parse({ ...record, of_another_version: 1 })).toEqual({ ...record, of_another_version: 1 });
  });

  it('is not read as another kind', () => {
    expect(() => schema.parse({ ...record, entity: 'override' })).toThrow();
  });

  it('lies where its id says', () => {
    expect(keyOf(record)).toEqual(keyById(kind));
  });
});

describe('the kinds', () => {
  it('never share a key', () => {
    const places = kindNames.map((kind) => JSON.stringify(keyOf(records[kind].record)));

    expect(new Set(places).size).toBe(kindNames.length);
  });
});
