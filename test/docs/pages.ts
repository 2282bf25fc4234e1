import { readFileSync } from 'node:fs';

/** A page by its path below docs, without its ending. */
export const page = (path: string): string =>
  readFileSync(new URL(`../../docs/${path}.md`, import.meta.url), 'utf8').replaceAll('\r\n', '\n');

export const formatPage = (name: string): string => page(`formats/${name}`);

/** The text under one heading of the second level, however the heading is formatted. */
export const section = (text: string, heading: string): string => {
  const found = text.split(/^## /m).find((part) => part.split('\n', 1)[0]?.replaceAll('`', '') === heading);
  if (found === undefined) throw new Error(`there is no section ${heading}`);
  return found;
};

export const headings = (text: string): string[] =>
  [...text.matchAll(/^## (.*)$/gm)].map(([, heading = '']) => heading.replaceAll('`', ''));

/** The examples in a text, as the bytes that a file of each would have. */
export const examples = (text: string): Uint8Array[] =>
  [...text.matchAll(/^```(?:yaml|json|text|csv)\n(.*?)^```$/gms)].map(([, example]) =>
    new TextEncoder().encode(example),
  );

export const firstExample = (text: string): Uint8Array => {
  const [first] = examples(text);
  if (first === undefined) throw new Error('there is no example');
  return first;
};

/** The rows of every table in a text, head and ruler left out, cell by cell. */
export const rows = (text: string): string[][] =>
  [...text.matchAll(/^\|(.*)\|\n(?!\|[ -]*-)/gm)]
    .map(([, row = '']) => row.split('|').map((cell) => cell.trim()))
    .filter(([first = '']) => !/^-+$/.test(first));

/** The names that a cell or a sentence sets in code. */
export const codes = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** So many bytes as a page writes them. */
export const sizeOf = (bytes: number): string => {
  const [unit, divisor] =
    bytes >= 1024 ** 3
      ? (['GiB', 1024 ** 3] as const)
      : bytes >= 1024 ** 2
        ? (['MiB', 1024 ** 2] as const)
        : (['KiB', 1024] as const);
  return `${bytes / divisor} ${unit}`;
};
