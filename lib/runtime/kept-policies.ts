import type { ReleaseStore } from '../domain/change/release-store.ts';
import type { PolicyVersion } from '../domain/policy/policy-record.ts';

const POLICIES_MAX = 16;

/**
 * The store, which reads each policy once for as long as this container lives. A policy is found by its digest and is checked
 * against it when it is read, so it cannot become another one. No other row is like that.
 */
export const keepingPolicies = <Store extends Pick<ReleaseStore, 'get'>>(store: Store): Store => {
  const kept = new Map<string, PolicyVersion>();
  const get: ReleaseStore['get'] = async (name, ...id) => {
    const [sha256 = ''] = id;
    const known = name === 'policy' ? kept.get(sha256) : undefined;
    if (known !== undefined) return known as Awaited<ReturnType<typeof store.get<typeof name>>>; // its name says so
    const found = await store.get(name, ...id);
    if (found?.entity === 'policy') keep(found);
    return found;
  };
  const keep = (policy: PolicyVersion): void => {
    if (kept.size >= POLICIES_MAX) kept.clear();
    kept.set(policy.policySha256, policy);
  };
  return { ...store, get };
};
