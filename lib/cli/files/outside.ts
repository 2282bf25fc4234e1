/** A manifest may be another's: what it names is sent, so it names nothing beyond its own folder unless that is wanted. */
import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { Refusal } from '../../domain/refusal.ts';
import type { Place } from './manifest-places.ts';

/** Refuses files outside a folder, those that a link leads to among them. What is not there is for others to say. */
export const assertInside = async (places: readonly Place[], folder: string): Promise<void> => {
  const root = await realpath(folder);
  const found = await Promise.all(
    places.map(async (place) => {
      const path = place.kind === 'file' ? await realpath(place.path).catch(() => undefined) : undefined;
      if (path === undefined || isBelow(root, path)) return [];
      return [{ field: place.field, problem: `is ${path}, outside the folder of the manifest` }];
    }),
  );
  const violations = found.flat();
  if (violations.length === 0) return;
  const message = 'nothing was sent: look at these files, and pass --outside if they belong to the release';
  throw new Refusal('ManifestInvalid', message, violations);
};

const isBelow = (folder: string, path: string): boolean => {
  const way = relative(folder, path);
  return way.split(sep)[0] !== '..' && !isAbsolute(way);
};
