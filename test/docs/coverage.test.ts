import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../lib/domain/checks/known-checks.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** How many requirements each area has; the ids are the area and a number. */
const AREAS = {
  RR: 13,
  ST: 9,
  CK: 16,
  RT: 6,
  MC: 7,
  AP: 18,
  SD: 6,
  GT: 8,
  SG: 5,
  AU: 11,
  Q: 9,
  RB: 9,
  EX: 5,
  RE: 3,
  TR: 6,
  BG: 2,
  IN: 2,
  FM: 5,
  CO: 11,
  MA: 2,
  LLM: 8,
};
const REQUIRED = Object.entries(AREAS).flatMap(([area, count]) =>
  Array.from({ length: count }, (_, index) => `${area}-${index + 1}`),
);
const ALERTS = [
  'ModelMissingGovernanceRecord',
  'GovernanceRecordMismatch',
  'GovernanceApprovalExpired',
  'GovernanceStageSkipped',
];
const STATES = ['done', 'partly', 'not yet', 'not run on AWS'];

const rows = [...read('docs/coverage.md').matchAll(/^\| `?([A-Za-z_0-9-]+)`? \| ([a-zA-Z ]+) \| (.*?) \|/gm)]
  .map(([, id = '', state = '', tests = '']) => ({ id, state, tests }))
  .filter(({ state }) => STATES.includes(state));

describe('docs/coverage.md', () => {
  it('has one row for each requirement, each check and each alert', () => {
    const ids = rows.map(({ id }) => id);

    expect(ids.filter((id) => REQUIRED.includes(id))).toEqual(REQUIRED);
    expect(ids.filter((id) => ALERTS.includes(id))).toEqual(ALERTS);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { name } of CHECKS) expect(ids).toContain(name);
  });

  it.each(rows.filter(({ state }) => state !== 'not yet'))('points $id to a test that names it', ({ id, tests }) => {
    const paths = [...tests.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);

    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) expect(read(path)).toMatch(new RegExp(`(?<![\\w-])${id}(?![\\w-])`));
  });

  it('knows four states and no other', () => {
    const states = [...read('docs/coverage.md').matchAll(/^\| (?!id |-)[^|]+ \| ([^|]+) \|/gm)].map(
      ([, state = '']) => state,
    );

    expect(states.length).toBe(rows.length);
    expect(states.filter((state) => !STATES.includes(state))).toEqual([]);
  });

  it('names no test for what is not done yet', () => {
    for (const { state, tests } of rows) if (state === 'not yet') expect(tests).not.toContain('`');
  });
});
