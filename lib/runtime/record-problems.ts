import { kmsPublicKey } from '../adapters/kms-signer.ts';
import { recordProblems } from '../domain/audit/record-of-release.ts';
import { verifyRecord } from '../domain/audit/verify-record.ts';
import type { Release } from '../domain/release/release.ts';
import { envelopeBytesOf } from './envelope-bytes.ts';

/** Every generation of both keys: a record is signed again after a rotation, and the decisions in it are not. */
type KeyIds = { readonly record: readonly string[]; readonly decision: readonly string[] };

/** Reads the governance record of a release and verifies it; answers why it does not hold, nothing if it does. */
export const recordVerifier = (ids: KeyIds): ((release: Release) => Promise<string[]>) => {
  const [records, decisions] = [ids.record, ids.decision].map((some) => some.map((id) => kmsPublicKey(id)));
  return async (release) => {
    const { recordUri: uri, recordSha256: sha256 } = release;
    if (uri === undefined || sha256 === undefined) return [];
    const found = await envelopeBytesOf({ uri, sha256 });
    if ('problem' in found) return [found.problem];
    const [recordKeys = [], decisionKeysPem = []] = await Promise.all(
      [records, decisions].map((keys = []) => Promise.all(keys.map((key) => key.publicKeyPem()))),
    );
    const reports = recordKeys.map((recordKeyPem) =>
      recordProblems(release, verifyRecord(found.bytes, { recordKeyPem, decisionKeysPem })),
    );
    // The newest key comes first: what it says of a record that no key has signed is what people are told.
    return reports.some((problems) => problems.length === 0)
      ? []
      : (reports[0] ?? ['there is no key to verify it with']);
  };
};
