/** Whoever deploys by themselves asks the gate, with an exit code and a proof to show (GT-4). */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assay, assayAs } from './support/doors.ts';
import { approvedBy, QUORUM, releaseIn } from './support/life.ts';
import { runExample } from './support/pipelines.ts';
import { variant } from './support/variant.ts';
import { endpoints } from './support/world.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('denies what is not approved yet with all reasons, allows it in production, and both answers verify offline', async () => {
  const manifest = await variant('gated', '1.1.0');
  const { model_name: model, model_version: version, release_id: id } = manifest;
  expect(await assay('gate', model, version)).toMatchObject({
    code: 1,
    out: expect.stringContaining('there is no release'),
  });
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  const requested = runExample('release.sh', ['manifest.json'], folder);
  // A script that has ended has failed, and says why.
  const early: Promise<never> = requested.then(({ code, err, out }) =>
    Promise.reject(new Error(`${code}: ${err}${out}`)),
  );
  await Promise.race([releaseIn(id, 'validated'), early]);
  expect(await runExample('gate.sh', [model, version], folder)).toMatchObject({ code: 1 });
  const report = JSON.parse(await readFile(join(folder, 'assay-gate.sarif'), 'utf8'));
  expect(report.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toContain('quorum');

  const denied = await assay('gate', model, version, '--json');
  expect(denied.code).toBe(1);
  const rules = JSON.parse(denied.out).reasons.map(({ rule }: { rule: string }) => rule);
  expect(rules).toEqual(expect.arrayContaining(['approval_request', 'quorum', 'state']));

  await approvedBy(manifest, QUORUM);
  await releaseIn(id, 'production');
  expect(await requested).toMatchObject({ code: 0 });
  expect(await runExample('gate.sh', [id], folder)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^ALLOWED: /),
  });
  const { artifact_sha256: sha256 } = manifest;
  const summary = join(folder, 'gate.dsse.json');
  const allowed = await assay('gate', id, '--sha256', sha256 ?? '', '--summary', summary);
  expect(allowed).toMatchObject({ code: 0, out: expect.stringMatching(/^ALLOWED: /) });
  expect(await assayAs('release-job', 'gate', model, version)).toMatchObject({ code: 0 });

  const key = join(folder, 'attestation.pub');
  await writeFile(key, endpoints.attestationPublicKey);
  expect(await assay('verify', summary, '--key', key)).toMatchObject({ code: 0 });
  await writeFile(join(folder, 'other.bin'), 'other bytes');
  expect(await assay('verify', summary, '--key', key, '--artifact', join(folder, 'other.bin'))).toMatchObject({
    code: 1,
  });

  const others = await assay('gate', id, '--artifact', join(folder, 'other.bin'), '--summary', summary);
  expect(others).toMatchObject({ code: 1, out: expect.stringContaining('artifact_sha256') });
  expect(await assay('verify', summary, '--key', key)).toMatchObject({
    code: 1,
    out: expect.stringContaining('denied'),
  });
});
