import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOMS } from './floors.ts';
import { arrows, imports } from './imports.ts';

const ROOT = join(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
const [rooms = '', trips = ''] = [...page.matchAll(/```mermaid\n([\s\S]*?)```/g)].map(([, picture = '']) => picture);

/** The arrows of a picture, by the names of their ends; `solid` and `dotted` apart. */
const drawn = (picture: string, line: 'solid' | 'dotted'): [string, string][] => {
  const arrow = line === 'solid' ? '-->' : '-\\.->';
  const node = '(\\w+)(?:[\\[(]+"[^"]*"[\\])]+)?';
  return [...picture.matchAll(new RegExp(`^ *${node} ${arrow}(?:\\|[^|]*\\|)? ${node}`, 'gm'))].map(
    ([, from = '', to = '']) => [from, to],
  );
};

const inDomain = (room: string): string => {
  if (room === 'ids') return 'domain';
  return ROOMS.includes(room) ? `domain/${room}` : room;
};

describe('the picture of the rooms', () => {
  it('shows every import, and nothing else', () => {
    const shown = drawn(rooms, 'solid').map(([from, to]) => `${inDomain(from)} --> ${inDomain(to)}`);

    expect(shown.length).toBeGreaterThan(20);
    expect(shown.toSorted()).toEqual(arrows().toSorted());
  });
});

describe('the folders of the Lambdas', () => {
  const folderOf = (file: string): string => file.split('/').slice(0, 2).join('/');

  it('import nothing from one another: what several need is in lib/runtime', () => {
    const inside = [...imports()].filter(([file]) => file.startsWith('lambdas/'));

    expect(inside.length).toBeGreaterThan(100);
    expect(
      inside.flatMap(([file, targets]) =>
        targets
          .filter((target) => target.startsWith('lambdas/') && folderOf(target) !== folderOf(file))
          .map((target) => `${file} imports ${target}`),
      ),
    ).toEqual([]);
  });
});

describe('the picture of the trips', () => {
  const files = new Map(
    [...trips.matchAll(/(\w+)\["([^"]+\.(?:ts|json))"\]/g)].map(([, id = '', path = '']) => [id, path]),
  );
  const calls = drawn(trips, 'solid');

  it.each([...files])('has a file for %s: %s', (_, path) => {
    expect(existsSync(join(ROOT, path))).toBe(true);
  });

  it.each(calls)('draws a call where %s imports %s', (from, to) => {
    const graph = imports();
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const next of graph.get(file) ?? []) visit(next);
    };

    visit(files.get(from) ?? '');

    expect(seen.has(files.get(to) ?? 'nowhere')).toBe(true);
  });

  it('draws as a message what is no import', () => {
    const graph = imports();
    for (const [from, to] of drawn(trips, 'dotted')) {
      const [one, other] = [files.get(from), files.get(to)];
      if (one !== undefined && other !== undefined) expect(graph.get(one) ?? []).not.toContain(other);
    }
  });

  it('has the three trips', () => {
    expect(calls.length).toBeGreaterThan(7);
    expect(drawn(trips, 'dotted').length).toBeGreaterThan(12);
  });
});

it('no comment leaves code of the product out of the coverage', () => {
  const counted = [...imports()].map(([file]) => file).filter((file) => /^(lib|lambdas)\//.test(file));

  expect(counted.length).toBeGreaterThan(500);
  expect(
    counted.filter((file) => /\b(istanbul|v8|c8)\s+ignore\b/.test(readFileSync(join(ROOT, file), 'utf8'))),
  ).toEqual([]);
});

it('no test waits for a second and no longer, which is what Vitest does if nobody says otherwise', () => {
  const tests = globSync('test/**/*.ts', { cwd: ROOT }).filter((file) => !file.endsWith('support/patiently.ts'));

  expect(tests.length).toBeGreaterThan(500);
  expect(tests.filter((file) => /\bvi\.wait(For|Until)\(/.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});
