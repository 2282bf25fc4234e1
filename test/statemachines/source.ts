/** Searches the source for who does what. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../lib/infra/bundling.ts';

const files = ['lib', 'lambdas'].flatMap((folder) =>
  readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`),
);

export type Match = {
  readonly file: string;
  /** The declaration at the top of the file that it is found in. */
  readonly within: string;
  readonly match: RegExpExecArray;
};

/** Every place in the source that matches. */
export const findInSource = (pattern: RegExp): Match[] =>
  files.toSorted().flatMap((file) => {
    const text = readFileSync(join(PROJECT, file), 'utf8');
    return [...text.matchAll(pattern)].map((match) => ({
      file,
      within:
        [...text.slice(0, match.index).matchAll(/^(?:export )?(?:const|function|class) (\w+)/gm)].at(-1)?.[1] ?? '',
      match,
    }));
  });
