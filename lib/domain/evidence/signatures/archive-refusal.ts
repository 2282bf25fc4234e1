import { cut } from '../../cut.ts';
import { madeReadable } from '../../readable.ts';
import { Refusal } from '../../refusal.ts';

const TEXT_MAX_LENGTH = 128;

/** An archive that breaks off, or that two tools could unpack into different files. */
export const archiveRefusal = (problem: string, options?: ErrorOptions): Refusal =>
  new Refusal(
    'EvidenceUnreadable',
    `could not read the artifact: its archive ${problem}`,
    [{ field: 'artifact', problem: `its archive ${problem}` }],
    options,
  );

/** The same, about one entry. */
export const entryRefusal = (name: string, problem: string): Refusal =>
  archiveRefusal(`has an entry ${quoted(name)} that ${problem}`);

/** What an archive says of itself is text of the submitter, of any length. */
export const quoted = (text: string): string => `“${cut(madeReadable(text), TEXT_MAX_LENGTH)}”`;
