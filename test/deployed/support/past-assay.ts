/** Which rows a test changed behind the product's back: what the table has of these, no ledger has to have. */
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RowKey } from '../../../local/ledger-and-table.ts';

const fileOf = (home: string): string => join(home, 'changed-past-assay.jsonl');

export const noteChange = ({ pk, sk }: { readonly pk: string; readonly sk: string }, home: string): Promise<void> =>
  appendFile(fileOf(home), `${JSON.stringify([pk, sk])}\n`);

export const notedChanges = async (home: string): Promise<RowKey[]> => {
  const text = await readFile(fileOf(home), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
};
