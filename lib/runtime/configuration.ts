import { readObject } from '../adapters/s3-objects.ts';
import { readDocument } from '../domain/evidence/documents/document.ts';
import { ApproverDirectory } from '../domain/policy/directory.ts';
import { CONFIGURATION_MAX_BYTES, loadPolicy } from '../domain/policy/load.ts';
import type { GovernancePolicy } from '../domain/policy/policy.ts';
import { Refusal } from '../domain/refusal.ts';

type Place = { readonly bucket: string; readonly key: string };
type Load<T> = (bytes: Uint8Array, fileName: string) => T;

/** The policy that new releases start with. Deployed under the digest of its file, so a container may keep it. */
export const policyAt = (place: Place): (() => Promise<GovernancePolicy>) => onceFrom(place, loadPolicy);

/**
 * Who may be asked to approve, today. Its faults were named by line when it was deployed: the door that people come through
 * need not carry what finds them.
 */
export const directoryAt = (place: Place): (() => Promise<ApproverDirectory>) =>
  onceFrom(place, (bytes, fileName) => readDocument(ApproverDirectory, bytes, CONFIGURATION_MAX_BYTES, fileName));

const onceFrom = <T>(place: Place, load: Load<T>): (() => Promise<T>) => {
  let read: Promise<T> | undefined;
  return () => {
    read ??= readFrom(place, load).catch((cause: unknown) => {
      read = undefined;
      // Whoever calls has done nothing wrong: a deployed file that cannot be read is our fault, not their refusal.
      throw cause instanceof Refusal ? new Error(cause.message, { cause }) : cause;
    });
    return read;
  };
};

const readFrom = async <T>(place: Place, load: Load<T>): Promise<T> =>
  load(await readObject(place, CONFIGURATION_MAX_BYTES), place.key);
