import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** Every file of ours that comes with these, types apart. */
const comesWith = async (file: string): Promise<string[]> => {
  const { metafile } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    metafile: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    treeShaking: false,
  });
  return Object.keys(metafile.inputs).filter((input) => input !== file);
};

describe('reading what is stored and deployed', () => {
  it.each([
    'lib/adapters/dynamodb-release-store.ts',
    'lib/adapters/dynamodb-outbox.ts',
    'lib/domain/change/kinds.ts',
    'lib/domain/gate/gate.ts',
    'lib/runtime/configuration.ts',
  ])('comes with no check, no policy document and no loader: %s', async (file) => {
    const files = await comesWith(file);

    expect(files.filter((path) => /\/checks\/(?!vocabulary\.ts)/.test(path))).toEqual([]);
    expect(files.filter((path) => /\/policy\/(policy|stage|role|directory|load)\.ts$/.test(path))).toEqual([]);
    expect(files).toContain('lib/domain/policy/policy-record.ts');
  });
});
