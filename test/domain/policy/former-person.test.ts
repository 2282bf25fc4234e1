import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findReachable } from '../../../lib/domain/policy/directory-record.ts';
import { FORMER_NAME, forgetPerson } from '../../../lib/domain/policy/former-person.ts';
import { loadDirectory } from '../../../lib/domain/policy/load.ts';
import { PROJECT } from '../../../lib/infra/bundling.ts';

const SHIPPED = readFileSync(join(PROJECT, 'policies/approvers.yaml'), 'utf8');
const forget = (text: string, id: string) => forgetPerson(Buffer.from(text), id, 'approvers.yaml');
const read = (text = '') => loadDirectory(Buffer.from(text), 'approvers.yaml');

describe('a person who is forgotten (CO-4)', () => {
  it('keeps an id, and nothing else of theirs is in the file', () => {
    const { text = '', left } = forget(SHIPPED, 'dana.kim') ?? {};

    expect(left).toEqual([]);
    expect(read(text).people.find(({ id }) => id === 'dana.kim')).toEqual({
      id: 'dana.kim',
      name: FORMER_NAME,
      email: expect.stringMatching(/^[0-9a-f]{16}@former\.invalid$/),
      roles: [],
    });
    for (const own of ['Dana Kim', 'dana.kim@', 'dkim', 'U0DANAKIM', 'She trains models'])
      expect(text).not.toContain(own);
  });

  it.each(read(SHIPPED).people.map(({ id }) => id))('leaves every other entry and line as it is: %s', (forgotten) => {
    const { text = '' } = forget(SHIPPED, forgotten) ?? {};
    const others = ({ people }: ReturnType<typeof read>) => people.filter(({ id }) => id !== forgotten);

    expect(others(read(text))).toEqual(others(read(SHIPPED)));
    expect(read(text).machines).toEqual(read(SHIPPED).machines);
    const kept = text.split('\n').filter((line) => !line.includes('former.invalid'));
    expect(kept.filter((line) => !SHIPPED.split('\n').includes(line))).toEqual([]);
  });

  it('is found in a file of JSON, and in one that is not ended by a line break', () => {
    const person = (id: string) => ({ id, name: `Name ${id}`, email: `${id}@example.com`, roles: [], backups: ['b'] });
    const json = JSON.stringify({ schema_version: 1, people: [person('a'), { ...person('b'), backups: ['a'] }] });

    const { text = '' } = forget(json, 'b') ?? {};
    const again = forget(text, 'b');

    expect(read(text).people.map(({ name }) => name)).toEqual(['Name a', FORMER_NAME]);
    expect(again).toEqual({ text, left: [] });
    expect(forget(SHIPPED.trimEnd(), 'ana.silva')?.left).toEqual([]);
  });

  it('is nobody if the id is not there', () => {
    expect(forget(SHIPPED, 'nobody')).toBeUndefined();
  });

  it('is named by line where the rest of the file still has them', () => {
    const text = SHIPPED.replace('schema_version: 1', 'schema_version: 1\nchange_id: for Dana Kim');

    expect(forget(text, 'dana.kim')?.left).toEqual([5]);
  });

  it('makes no file that is no directory: an alias of their entry would be one of nobody', () => {
    const text = [
      'schema_version: 1',
      'people:',
      '  - { id: a, name: A, email: a@example.com, roles: &roles [ml_lead] }',
      '  - { id: b, name: B, email: b@example.com, roles: *roles }',
    ].join('\n');

    expect(() => forget(text, 'a')).toThrow('could not read approvers.yaml');
  });

  it('is not written to', () => {
    const { text } = forget(SHIPPED, 'dana.kim') ?? {};

    expect(findReachable(read(SHIPPED), 'dana.kim')?.id).toBe('dana.kim');
    expect(findReachable(read(text), 'dana.kim')).toBeUndefined();
    expect(findReachable(read(text), 'ana.silva')?.id).toBe('ana.silva');
    expect(findReachable(read(text), 'nobody')).toBeUndefined();
  });
});
