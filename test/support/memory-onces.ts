import type { KeptOnce, KeptOnces, Once } from '../../lib/domain/change/once.ts';

/** The requests that are known by their keys, in memory. A store in memory notes its own in the same map. */
export const memoryOnces = (kept: Map<string, KeptOnce & Pick<Once, 'until'>> = new Map()): KeptOnces => ({
  find: async (once) => {
    const found = kept.get(placeOf(once));
    return found === undefined || found.until <= once.at ? undefined : found;
  },
  take: async (once) => {
    const found = kept.get(placeOf(once));
    if (found !== undefined && found.until > once.at) return false;
    kept.set(placeOf(once), once);
    return true;
  },
  keep: async (once, answer) => {
    const found = kept.get(placeOf(once));
    if (found !== undefined && found.until > once.at && found.at !== once.at) return false;
    kept.set(placeOf(once), { ...once, answer });
    return true;
  },
});

const placeOf = ({ sender, key }: Once): string => `${sender} ${key}`;
