import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../lib/cli/commands.ts';
import { TRANSITIONS } from '../../lib/domain/release/lifecycle.ts';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('README', () => {
  it('draws exactly the transitions that the domain allows', () => {
    const drawn = [...readme.matchAll(/^ {2}(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} → ${to}`);
    const allowed = Object.entries(TRANSITIONS).flatMap(([from, targets]) => targets.map((to) => `${from} → ${to}`));

    expect(drawn.toSorted()).toEqual(allowed.toSorted());
  });

  it('names only states of the machines, in their order', () => {
    const states = ['release', 'promotion'].flatMap((machine) =>
      Object.keys(JSON.parse(readFileSync(join(root, `statemachines/${machine}.asl.json`), 'utf8')).States),
    );
    const named = [...readme.matchAll(/^\d+\. .*?`([A-Z]\w+)`/gm)].map(([, name]) => name);

    expect(named.length).toBeGreaterThan(5);
    expect(states.filter((name) => named.includes(name))).toEqual(named);
  });

  it('points only to files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, path = '']) => path);
    const missing = links.filter((path) => !exists(path));

    expect(missing).toEqual([]);
  });

  it('shows pictures that a slow connection can load', () => {
    const pictures = [...readme.matchAll(/!\[[^\]]+\]\(([^)]+\.png)\)/g)].map(([, path = '']) => path);

    expect(pictures.map((path) => path.replace('docs/images/', '')).toSorted()).toEqual(
      readdirSync(join(root, 'docs/images')).toSorted(),
    );
    for (const path of pictures) expect(statSync(join(root, path)).size).toBeLessThanOrEqual(150 * 1024);
  });

  it('names commands and options that there are', async () => {
    const lines = [...readme.matchAll(/npx assay ((?:"[^"]*"|[^"\n#&`])+)/g)].map(([, line = '']) => line);

    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines.filter((one) => one.trim() !== 'help')) {
      const called = COMMANDS.findLast(({ name }) => line.startsWith(`${name} `) || line.trim() === name);
      const { command } = (await called?.load()) ?? {};
      const missing = (line.match(/--[a-z-]+/g) ?? []).filter((option) => !command?.help().includes(`${option} `));
      expect([line, called?.name, ...missing]).toEqual([line, expect.any(String)]);
    }
  });

  it('fits on 200 lines', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(200);
  });
});

describe('decision records', () => {
  it('have unique numbers', () => {
    const numbers = readdirSync(join(root, 'docs/adr')).map((name) => name.slice(0, 4));

    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

const exists = (path: string): boolean => {
  try {
    readdirSync(join(root, path));
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOTDIR';
  }
};
