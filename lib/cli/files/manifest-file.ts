import { readFile, stat } from 'node:fs/promises';
import { parse, YAMLError } from 'yaml';
import { Refusal } from '../../domain/refusal.ts';
import { MANIFEST_MAX_BYTES } from '../../domain/release/manifest.ts';
import { wordYamlFault } from '../../domain/wording.ts';
import { UsageError } from '../command.ts';
import { plain } from '../terminal/text.ts';

/** What a manifest file claims: parsed as YAML or JSON, but not yet validated. */
export const readManifest = async (file: string): Promise<unknown> => {
  const found = await stat(file);
  if (found.isDirectory()) throw new UsageError(`${plain(file)} is a folder, and a manifest is a file`);
  const { size } = found;
  if (size > MANIFEST_MAX_BYTES)
    throw new UsageError(`${file} has ${size} bytes; the limit for a manifest is ${MANIFEST_MAX_BYTES}`);
  const text = await readFile(file, 'utf8');
  try {
    // YAML 1.2 reads JSON too. Aliases are not followed: a manifest needs none, and they can grow without limit.
    return parse(text, { maxAliasCount: 0, logLevel: 'error' });
  } catch (cause) {
    const [line] = cause instanceof YAMLError ? (cause.linePos ?? []) : [];
    // What is no fault of the grammar is an alias: the parser throws an error of the language for one.
    const problem =
      cause instanceof YAMLError
        ? `line ${line?.line ?? 1} ${wordYamlFault(cause.code)}`
        : 'uses aliases, which a manifest does not need';
    throw new Refusal('ManifestInvalid', 'the manifest cannot be read', [{ field: 'manifest', problem }], { cause });
  }
};
