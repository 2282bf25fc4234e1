import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDirectory } from '../../../lib/domain/policy/load.ts';
import { type CanonicalValue, canonicalSha256 } from '../../../lib/domain/signing/canonical-json.ts';
import { PROJECT } from '../../../lib/infra/bundling.ts';
import { aDirectory, assay } from '../assay.ts';

const SHIPPED = readFileSync(join(PROJECT, 'policies/approvers.yaml'), 'utf8');
const digestOf = (text: string) =>
  canonicalSha256(loadDirectory(Buffer.from(text), 'approvers.yaml') as unknown as CanonicalValue); // text, numbers, lists

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd });

describe('assay people forget (CO-4)', () => {
  it('writes the directory without them, and says what follows', async () => {
    const home = aDirectory({ 'policies/approvers.yaml': SHIPPED });

    const { code, out, err } = await assay(home, ['people', 'forget', 'ruth.meyer']);

    const written = readFileSync(join(home, 'policies/approvers.yaml'), 'utf8');
    expect([code, err]).toEqual([0, '']);
    expect(written).not.toContain('Ruth Meyer');
    expect(out).toContain('ruth.meyer is a former person in policies/approvers.yaml');
    expect(out).toContain('Deploy it');
    expect(out).toContain(`${digestOf(SHIPPED)}.json  the file before`);
    expect(out).not.toContain('Ruth Meyer');
  });

  it('names every former version that git has, by the object that it was deployed as', async () => {
    const home = aDirectory({ 'approvers.yaml': 'people: nobody\n' });
    const commit = (text: string) => {
      writeFileSync(join(home, 'approvers.yaml'), text);
      git(home, 'add', '.');
      git(home, 'commit', '-qm', 'directory');
    };
    git(home, 'init', '-q');
    commit('people: nobody\n');
    const before = SHIPPED.replace('Ruth Meyer', 'Ruth Maier');
    git(home, 'checkout', '-qb', 'another');
    commit(before);
    git(home, 'checkout', '-q', '-');
    commit(SHIPPED);
    const forget = () => assay(home, ['people', 'forget', 'ruth.meyer', '--approvers', 'approvers.yaml']);

    const { out } = await forget();
    git(home, 'commit', '-qam', 'forgotten');
    const again = await forget();

    expect(out).toMatch(new RegExp(`${digestOf(SHIPPED)}\\.json  the file before, commit [0-9a-f]+`));
    expect(out).toMatch(new RegExp(`${digestOf(before)}\\.json  commit [0-9a-f]+`));
    expect(out).toMatch(/unreadable to this version {2}commit/);
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining(digestOf(before)) });
  });

  it('has nothing to name where nobody was named before', async () => {
    const home = aDirectory({ 'approvers.yaml': SHIPPED });
    await assay(home, ['people', 'forget', 'ruth.meyer', '--approvers', 'approvers.yaml']);

    const { out } = await assay(home, ['people', 'forget', 'ruth.meyer', '--approvers', 'approvers.yaml']);

    expect(out).toContain('No former version that this command can see has them.');
  });

  it.each([
    [['nobody'], 'has nobody with the id nobody'],
    [['ruth.meyer', '--approvers', 'nowhere.yaml'], 'there is no file nowhere.yaml'],
  ])('asks again if there is no such thing: %j', async (args, message) => {
    const home = aDirectory({ 'policies/approvers.yaml': SHIPPED });

    expect(await assay(home, ['people', 'forget', ...args])).toMatchObject({
      code: 2,
      err: expect.stringContaining(message),
    });
  });

  it('says where the file still has them (1)', async () => {
    const home = aDirectory({ 'policies/approvers.yaml': `# about Ruth Meyer\n\n${SHIPPED}` });

    expect(await assay(home, ['people', 'forget', 'ruth.meyer'])).toMatchObject({
      code: 1,
      err: 'policies/approvers.yaml still has their name, address, login or account: remove it from line 1\n',
    });
  });
});
