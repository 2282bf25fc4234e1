/** What became of the package of a release after it was taken in. A message is only a reason to look at it. */

import type { Change } from '../change/change.ts';
import { expecting } from '../change/expecting.ts';
import { readHolders } from '../change/held-package.ts';
import { published } from '../change/published.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { syncOf } from '../change/sync.ts';
import { untilCommitted } from '../change/until-committed.ts';
import { cut } from '../cut.ts';
import type { Instant, ReleaseId } from '../identifiers.ts';
import { fitIntoEvent } from '../ledger/event.ts';
import { madeReadable } from '../readable.ts';
import { needsPackage, packageOf } from '../records/package-holder.ts';
import { Conflict } from '../refusal.ts';
import type { Release } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import { packageDifferences, type ServedPackage } from './served-package.ts';

type World = {
  readonly store: ReleaseStore;
  /** The package as the registry holds it now; undefined if there is none. */
  readonly find: (modelPackageArn: string) => Promise<ServedPackage | undefined>;
  /** The ARN of all packages of this account and region, up to the group. */
  readonly home: string;
  readonly now: () => Instant;
};

/** A package that is changed while it is looked at is looked at again, this often. */
const LOOKS = 5;

/**
 * Afterwards the release that a package belongs to says in which fields the package differs from what people approve, or
 * that it does not. Whose it was a moment ago may be said (`heldBy`). What is on record already is not recorded again, however often and in whichever order messages come.
 */
export const reviewPackage = async (
  modelPackageArn: string,
  world: World,
  heldBy?: ReleaseId,
): Promise<'unchanged' | 'recorded'> => {
  for (let look = 1; look <= LOOKS; look += 1) {
    const isRecorded = await untilCommitted(() => lookOnce(modelPackageArn, world, heldBy));
    // Another look after each record: two messages may have been answered at once, in the wrong order.
    if (!isRecorded) return look === 1 ? 'unchanged' : 'recorded';
  }
  throw new Conflict(`${modelPackageArn} changes faster than it can be looked at`);
};

const lookOnce = async (
  modelPackageArn: string,
  { store, find, home, now }: World,
  heldBy?: ReleaseId,
): Promise<boolean> => {
  const { row, holders } = await readHolders(modelPackageArn, store, heldBy);
  const release = holders.find(needsPackage);
  if (release === undefined) return false;
  const at = now();
  const change = packageChange(release, await find(modelPackageArn), home, at);
  if (change === undefined) return false;
  await store.commit(expecting(change, row), at);
  return true;
};

/** As many fields as the release keeps. A changed package may have any names, and any number of them. */
const FIELDS_MAX = 50;

/**
 * Records that a package is no longer what its release serves, that it differs in other fields than before, or that it is
 * the same again; undefined if that is what the release says already, or if the release needs no package any more.
 */
export const packageChange = (
  release: Release,
  found: ServedPackage | undefined,
  home: string,
  now: Instant,
): Change | undefined => {
  const arn = packageOf(release);
  if (arn === undefined || !needsPackage(release)) return undefined;
  const fields = fieldsOf(release, found, home);
  const { packageDiffers: before = [], ...rest } = release;
  if (JSON.stringify(fields) === JSON.stringify(before)) return undefined;
  const differs = fields.length > 0;
  const after: Release = { ...rest, ...(differs ? { packageDiffers: fields } : {}), updatedAt: now };
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: differs ? 'model_package_changed' : 'model_package_restored',
      idempotency_key: `${release.releaseId}:package:${release.version}`,
      reason: differs ? cut(`the model package differs in ${fields.join(', ')}`, 1024) : '',
      details: {
        model_package_arn: arn,
        fields_total: fields.length,
        fields: fitIntoEvent(fields),
      },
    }),
    writes: [{ kind: 'replace', entity: after }],
    intents: [syncOf(release), published(differs ? 'Model Package Changed' : 'Model Package Restored', after)],
  };
};

const fieldsOf = (release: Release, found: ServedPackage | undefined, home: string): string[] =>
  (found === undefined ? ['model_package_arn'] : packageDifferences(release, found, home))
    .slice(0, FIELDS_MAX)
    .map((field) => madeReadable(cut(field, 256)));
