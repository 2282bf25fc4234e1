/** The signature that a manifest names, where nobody has written it yet. */
import { stat } from 'node:fs/promises';
import type { Place } from './manifest-places.ts';

export type MissingSignature = { readonly field: string; readonly where: string; readonly howTo: string };

/** Undefined where there is one, where none is named, and where it lies in S3. */
export const missingSignature = async (places: readonly Place[]): Promise<MissingSignature | undefined> => {
  const place = places.find(({ name }) => name === 'artifact_signature');
  if (place?.kind !== 'file' || (await isThere(place.path))) return undefined;
  return { field: place.field, where: place.path, howTo: howToSign(place.path, places) };
};

/** The command that writes it; the key is its author's. */
const howToSign = (signature: string, places: readonly Place[]): string => {
  const artifact = places.find(({ name }) => name === 'artifact');
  const file = artifact?.kind === 'file' ? artifact.path : 'ARTIFACT';
  const out = signature === `${file}.sig` ? '' : ` --out ${signature}`;
  return `assay sign ${file} --key FILE${out} writes it`;
};

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (cause: NodeJS.ErrnoException) => cause.code !== 'ENOENT',
  );
