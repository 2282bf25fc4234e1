/** Writes the files of a drafted release, and never over one that is there. */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Document, isScalar, visit } from 'yaml';
import { UsageError } from '../command.ts';
import { jsonText, plain } from '../terminal/text.ts';

const HEAD = ' Drafted by assay init. Write what says TODO, and what has no value; the format is described in';

/** What may be chosen where a draft has no value. */
const CHOICES: Readonly<Record<string, string>> = {
  personal_data: 'none, indirect, sensitive or direct',
  handling: 'kept, removed, pseudonymised, aggregated or evaluation_only',
  contains_direct_identifiers: 'true or false',
  basis: 'public_record, consent, contract, legal_obligation or legitimate_interest',
  from: '"2025-01-31"',
  to: '"2025-12-31"',
  date: '"2025-12-31"',
  retention_days: 'a number of days',
  review_date: '"2027-12-31"',
};

/** YAML with its choices as comments. */
export const draftText = (draft: object, page: string): string => {
  const document = new Document(draft);
  document.commentBefore = `${HEAD} ${page}`;
  visit(document, {
    Pair: (_, { key, value }) => {
      if (isScalar(key) && isScalar(value) && value.value === null) value.comment = ` ${CHOICES[String(key.value)]}`;
    },
  });
  return document.toString({ lineWidth: 120, nullStr: '' });
};

/** A report is for programs to write, so it is JSON. */
export const reportText = (report: object): string => `${jsonText(report)}\n`;

export const writeDrafts = async (folder: string, files: Readonly<Record<string, string>>): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { flag: 'wx' });
};

/** Refuses before anything is computed: a card that a person has written must not be lost. */
export const assertAbsent = async (folder: string, names: readonly string[]): Promise<void> => {
  const there = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        () => [name],
        () => [],
      ),
    ),
  );
  if (there.flat().length === 0) return;
  const list = there.flat().join(', ');
  throw new UsageError(`init writes over no file, and ${plain(folder)} has ${list}: name another folder with --out`);
};
