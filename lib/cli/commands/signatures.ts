/** Signatures as the API lists them, and as a person reads them. */
import * as z from 'zod';
import type { Connection } from '../client/connection.ts';
import { readPages } from '../client/pages.ts';
import { UsageError } from '../command.ts';
import { columns, count, plain, shorten } from '../terminal/text.ts';

export const Signatures = z.object({
  from: z.string(),
  until: z.string(),
  signatures: z.array(
    z.object({
      release_id: z.string(),
      of: z.string(),
      sha256: z.string(),
      uri: z.string(),
      key_id: z.string(),
      signed_at: z.string(),
      renewed_as: z.string(),
    }),
  ),
});

/** Those of all releases, the first signature first. */
export const readSignatures = async (
  connection: Connection,
  { from, until, say }: { readonly from: string; readonly until: string; readonly say: (text: string) => void },
): Promise<z.infer<typeof Signatures>> => {
  const call = { method: 'GET', path: ['signatures'], query: { from, until }, role: 'auditor' } as const;
  const found = Signatures.parse(await readPages(connection, call, { of: 'signatures', say }));
  // A release that changes while pages are read comes again.
  const signatures = [...new Map(found.signatures.map((one) => [`${one.release_id} ${one.sha256}`, one])).values()];
  return { ...found, signatures: signatures.sort((one, other) => (one.signed_at < other.signed_at ? -1 : 1)) };
};

const When = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/** Establishes that options are dates or times as the API reads them, so that a wrong one is named as it was typed. */
export const assertDates = (command: string, options: Readonly<Record<string, string | undefined>>): void => {
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined || When.safeParse(value).success) continue;
    throw new UsageError(
      `${command}: --${option} ${plain(value)} is not a date or time in ISO 8601, such as 2026-11-01`,
    );
  }
};

export const signaturesTable = ({ from, until, signatures }: z.infer<typeof Signatures>): string => {
  const heading = `${count(signatures.length, 'signature')} made from ${from} until ${until}`;
  if (signatures.length === 0) return heading;
  const keys = [...new Set(signatures.map(({ key_id }) => key_id))];
  const rows = signatures.map(({ signed_at, release_id, of, key_id, sha256, renewed_as }) => [
    signed_at,
    release_id,
    of,
    String(keys.indexOf(key_id) + 1),
    shorten(sha256, 13),
    renewed_as === '' ? 'not re-signed' : `re-signed as ${shorten(renewed_as, 13)}`,
  ]);
  return [
    heading,
    '',
    columns(['signed at', 'release', 'of', 'key', 'envelope', 'since then'], rows),
    '',
    ...keys.map((key, index) => `key ${index + 1}: ${plain(key)}`),
  ].join('\n');
};
