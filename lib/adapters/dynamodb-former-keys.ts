/**
 * Versions up to November 2026 kept all rows of a release, and all rows of a model, in one partition. Rights follow
 * partitions, so each kind of row has a partition of its own now; its name within the partition stayed the same.
 */
import { chainPrefix } from '../domain/change/partitions.ts';
import { fitsKey, type Key } from './dynamodb-keys.ts';

/** By the former partition and the first word of the name: the partition now. Other rows stay where they are. */
const MOVED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  RELEASE: {
    APPROVAL: 'APPROVALS',
    ATTESTATION: 'ATTESTATIONS',
    CHECK: 'CHECKS',
    CHECKS: 'CHECKS',
    OUTCOMES: 'CHECKS',
  },
  MODEL: {
    EVENT: 'CHAIN',
    HEAD: 'CHAIN',
    HOLD: 'HOLD',
    MOVE: 'MOVE',
    PRODUCTION: 'POINTER',
    VERSIONS: 'VERSIONS',
  },
};

const FORMER = new Map(
  Object.entries(MOVED).flatMap(([former, names]) => Object.values(names).map((partition) => [partition, former])),
);

/** Where a row of a former version lies now. Undefined if such rows stay where they are. */
export const presentKey = ({ pk, sk }: Key): Key | undefined => {
  const [partition, owner] = splitAtHash(pk);
  const present = MOVED[partition]?.[splitAtHash(sk)[0]];
  return present === undefined ? undefined : { pk: `${present}#${owner}`, sk };
};

/** Where a former version kept what lies under this key. Undefined if that was the same place. */
export const formerKey = ({ pk, sk }: Key): Key | undefined => {
  const [partition, owner] = splitAtHash(pk);
  const former = FORMER.get(partition);
  // A kind of row that no former version had lies in one of these partitions, too.
  if (former === undefined || MOVED[former]?.[splitAtHash(sk)[0]] !== partition) return undefined;
  const key = { pk: `${former}#${owner}`, sk };
  return fitsKey(key) ? key : undefined;
};

/**
 * Where to ask whether a former version left something: without its pointer a model would seem to serve nothing, and a chain
 * would begin again. Everything else is judged for a change, and each change appends to a chain.
 */
export const formerKeyToAsk = (key: Key): Key | undefined =>
  key.pk.startsWith('POINTER#') || key.pk.startsWith(chainPrefix) ? formerKey(key) : undefined;

const splitAtHash = (text: string): [string, string] => {
  const at = text.indexOf('#');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
};
