/** Without the history the upgrade is not silently left untested: the message says what to do. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkOutFormerVersion, FORMER_VERSION } from './former-version.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-history-'));
afterAll(() => rmSync(folder, { recursive: true }));

const git = (...words: string[]) => {
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
  const env = { PATH: process.env['PATH'], HOME: folder };
  execFileSync('git', [...author, '-C', folder, ...words], { stdio: 'pipe', env });
};

describe('the former version', () => {
  it('cannot be had from an unpacked archive, which has no history', async () => {
    await expect(checkOutFormerVersion(folder)).rejects.toThrow(
      `commit ${FORMER_VERSION} is not in the history of ${folder}. This is no git checkout: run the test in a full clone`,
    );
  });

  it('cannot be had from a shallow clone, and is fetched with one command', async () => {
    git('init', '--quiet', 'origin');
    git('-C', 'origin', 'commit', '--quiet', '--allow-empty', '--message', 'first');
    git('-C', 'origin', 'commit', '--quiet', '--allow-empty', '--message', 'second');
    git('clone', '--quiet', '--depth', '1', `file://${folder}/origin`, 'shallow');

    await expect(checkOutFormerVersion(join(folder, 'shallow'))).rejects.toThrow('"git fetch --unshallow"');
  });

  it('cannot be had from another repository', async () => {
    git('init', '--quiet', 'another');

    await expect(checkOutFormerVersion(join(folder, 'another'))).rejects.toThrow('does not have that commit');
  });
});
