/** The rows of exit-codes.test.ts for what auditors keep and list. */
import { createHash } from 'node:crypto';

/** `archive.json` of a copy, as its bucket would have kept it. */
export const archiveOf = (ledger: Readonly<Record<string, Uint8Array>>): string =>
  JSON.stringify({
    ...{ schema_version: 1, bucket: 'audit', taken_at: '2026-11-29T12:00:00.000Z' },
    objects: Object.entries(ledger).map(([key, bytes]) => ({
      ...{ key, version_id: 'v', size_bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
      ...{ lock_mode: 'COMPLIANCE', retain_until: '2030-01-01T00:00:00.000Z', legal_hold: false },
    })),
  });

export const ROWS_OF_AUDIT = {
  ...Object.fromEntries(
    ['audit hold set', 'audit hold lift'].map((name) => [
      name,
      {
        yes: ['m', '--matter', 'CASE-1', '--reason', 'r'],
        no: 'it is an order',
        noSuchThing: ['gone', '--matter', 'CASE-1', '--reason', 'r'],
        needsConnection: true,
      },
    ]),
  ),
  'audit hold list': { yes: [], no: 'it only shows', noSuchThing: 'it lists all', needsConnection: true },
  'audit archive': {
    yes: ['ledger', '--from-copy', '--days', '30'],
    no: ['forged', '--from-copy'],
    noSuchThing: ['nowhere', '--from-copy'],
    needsConnection: false,
  },
  'audit pull': {
    yes: ['pulled'],
    no: ['pulled-before'],
    noSuchThing: 'it copies what there is',
    needsConnection: true,
  },
  'audit verify': { yes: ['ledger'], no: ['forged'], noSuchThing: ['nowhere'], needsConnection: false },
};
