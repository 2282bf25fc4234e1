import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Rooms that are looked into: each folder below them is a room of its own. */
const INSIDE = ['lib', 'lib/domain'];
const HOUSE = ['bin', 'lib', 'lambdas', 'local'];

const SOURCES: readonly string[] = HOUSE.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => posix.join(folder, name)),
);

/** The room that a file is in: `bin`, `lambdas`, `local`, `adapters`, …, and inside the domain `domain/records` and the like. */
export const roomOf = (file: string): string => {
  const parts = posix.dirname(file).split('/');
  let depth = 1;
  while (depth < parts.length && INSIDE.includes(parts.slice(0, depth).join('/'))) depth += 1;
  return parts
    .slice(0, depth)
    .join('/')
    .replace(/^lib\/(?=.)/, '');
};

const SPECIFIER = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*['"`](\.[^'"`]+)['"`]/g;

/** The files that a text imports, types included, however the path to them is spelt. */
export const importsIn = (file: string, text: string): string[] =>
  [...text.matchAll(SPECIFIER)].map(([, path = '']) => posix.join(posix.dirname(file), path));

/** Every file with the files that it imports. */
export const imports = (): ReadonlyMap<string, readonly string[]> =>
  new Map(SOURCES.map((file) => [file, importsIn(file, readFileSync(join(ROOT, file), 'utf8'))]));

/** Which room imports from which, without those that follow from others: `a --> c` is left out where `a --> b --> c`. */
export const arrows = (): string[] => {
  const direct = new Map<string, Set<string>>();
  for (const [file, targets] of imports()) {
    const from = direct.get(roomOf(file)) ?? new Set();
    for (const target of targets)
      if (target.endsWith('.ts') && roomOf(target) !== roomOf(file)) from.add(roomOf(target));
    direct.set(roomOf(file), from);
  }
  const reaches = (from: string, to: string): boolean =>
    [...(direct.get(from) ?? [])].some((next) => next === to || reaches(next, to));
  return [...direct].flatMap(([from, targets]) =>
    [...targets]
      .filter((to) => ![...targets].some((via) => via !== to && reaches(via, to)))
      .map((to) => `${from} --> ${to}`),
  );
};
