/** Where each demand on a model comes from: the file, the line and the column. */
import type { LoadedPolicies } from './load-policies.ts';
import { demandsOf, isSamePart, type PartPath, partAt } from './policy-tree.ts';
import type { AppliedPolicy } from './scoped-policies.ts';

export type Demand = {
  readonly path: PartPath;
  readonly value: unknown;
  /** The base, or every overlay that had a part in it. */
  readonly from: readonly string[];
  /** Whether it is written there. If not, it is a default, or follows from what is. */
  readonly isWritten: boolean;
};

/** What names a policy is no demand. */
const OF_ITSELF: readonly string[] = ['schema_version', 'name', 'change_id', 'applied'];

/** Establishes every demand of the policy that applies to a model, with its origin. */
export const demandsWithOrigin = (loaded: LoadedPolicies, { policy, overlays }: AppliedPolicy): Demand[] => {
  const applied = loaded.overlays.filter(({ name }) => overlays.some((one) => one.name === name));
  return demandsOf(policy)
    .filter(({ path: [top = ''] }) => !OF_ITSELF.includes(top))
    .map(({ path, value }) => {
      const inBase = partAt(loaded.base.policy, path);
      const changing = applied.filter((overlay) => !isSamePart(partAt(overlay.policy, path), inBase));
      const same = changing.filter((overlay) => isSamePart(partAt(overlay.policy, path), value));
      const origins = isSamePart(inBase, value) ? [loaded.base] : same.length > 0 ? same : changing;
      return {
        path,
        value,
        from: origins.map(({ source }) => source.placeOf(path)),
        isWritten: origins.every(({ source }) => source.says(path)),
      };
    });
};
