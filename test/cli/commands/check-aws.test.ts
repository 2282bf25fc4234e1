import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CheckDocument } from '../../../lib/cli/commands/check-document.ts';
import { aDirectory, afterwards, assay, assayProcess, BIN } from '../assay.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const EXAMPLE = join(ROOT, 'examples/hmda-mortgage');
const KEYS = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };

/** Serves the files of the example as a bucket would. If `answer` returns true, it has answered instead. */
const aBucket = async (answer: (request: IncomingMessage, response: ServerResponse) => boolean = () => false) => {
  const server = createServer((request, response) => {
    if (answer(request, response)) return;
    const [path = ''] = (request.url ?? '').split('?');
    const bytes = readFileSync(join(EXAMPLE, path.replace('/assay-example-models/hmda-mortgage/', '')));
    response.writeHead(200, { 'content-length': bytes.length, 'x-amz-version-id': 'v1' });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterwards(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** A directory with policies and a manifest, but none of its files; and a place for what is downloaded. */
const aSubmission = () => {
  const directory = aDirectory();
  cpSync(join(ROOT, 'policies'), join(directory, 'policies'), { recursive: true });
  cpSync(join(EXAMPLE, '1.1.0/release-manifest.yaml'), join(directory, 'release.yaml'));
  return { directory, temporary: aDirectory() };
};

const checking = ['check', 'release.yaml', '--json'];

describe('assay check of files in S3', () => {
  it('downloads every file, judges it as if it lay here, and keeps nothing', async () => {
    const { directory, temporary } = aSubmission();
    const env = { ...KEYS, AWS_ENDPOINT_URL: await aBucket(), TMPDIR: temporary };

    const { code, out } = await assay(directory, checking, env);

    const { files, summary } = CheckDocument.parse(JSON.parse(out));
    expect(code).toBe(0);
    expect(files).toHaveLength(9);
    expect(files.every(({ where }) => where.startsWith('s3://assay-example-models/'))).toBe(true);
    expect(summary).toMatchObject({ outcome: 'allow', passed: 23 });
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('says that a release from a bucket without versioning is refused', async () => {
    const { directory, temporary } = aSubmission();
    const endpoint = await aBucket(({ method, url = '' }, response) => {
      if (!url.includes('model-card') || method !== 'HEAD') return false;
      response.writeHead(200, { 'content-length': 9474 }).end();
      return true;
    });

    const { code, out } = await assay(directory, checking.slice(0, 2), {
      ...KEYS,
      AWS_ENDPOINT_URL: endpoint,
      TMPDIR: temporary,
    });

    expect(out).toMatch(/evidence +8 files from s3:\S+1\.1\.0\n/);
    expect(out).toMatch(
      /evidence +1 file from s3:\S+1\.1\.0, a bucket without versioning: a release from there is refused/,
    );
    expect(out).toMatch(/^1 file is in a bucket without versioning; a release from there is refused\.$/m);
    expect(code).toBe(1);
  });

  it('names every field whose object is not there or may not be read', async () => {
    const { directory, temporary } = aSubmission();
    const endpoint = await aBucket(({ url = '' }, response) => {
      if (url.includes('model.onnx.sig')) response.writeHead(403).end();
      else if (url.includes('model-card')) response.writeHead(404).end();
      else return false;
      return true;
    });

    const { code, err } = await assay(directory, checking, { ...KEYS, AWS_ENDPOINT_URL: endpoint, TMPDIR: temporary });

    expect(code).toBe(2);
    expect(err).toMatch(/^model_card_uri +s3:\S+ is not there$/m);
    expect(err).toMatch(
      /^further_evidence\.artifact_signature +s3:\S+ is not there, or may not be read with these cred/m,
    );
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('refuses evidence that is larger than a release may bring before it is downloaded', async () => {
    const { directory, temporary } = aSubmission();
    const endpoint = await aBucket(({ method, url = '' }, response) => {
      if (!url.includes('predictions.parquet') || method !== 'HEAD') return false;
      response.writeHead(200, { 'content-length': 6 * 1024 ** 3 }).end();
      return true;
    });

    const { code, err } = await assay(directory, checking, { ...KEYS, AWS_ENDPOINT_URL: endpoint, TMPDIR: temporary });

    expect(code).toBe(2);
    expect(err).toMatch(/^predictions\.uri +s3:\S+ has 6442450944 bytes; the limit is 5368709120$/m);
  });

  it('stops at an object that has grown since it was found', async () => {
    const { directory, temporary } = aSubmission();
    const endpoint = await aBucket(({ method, url = '' }, response) => {
      if (!url.includes('model-card') || method === 'HEAD') return false;
      response.writeHead(200).end(Buffer.alloc(1_000_000, 'x'));
      return true;
    });

    const { code, err } = await assay(directory, checking, { ...KEYS, AWS_ENDPOINT_URL: endpoint, TMPDIR: temporary });

    expect(code).toBe(2);
    expect(err).toMatch(/^model_card_uri +s3:\S+ could not be read: .*more than the 9474 bytes that were found$/m);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('keeps nothing when somebody stops it', async () => {
    const { directory, temporary } = aSubmission();
    const stalled = Promise.withResolvers<void>();
    const endpoint = await aBucket(({ method, url = '' }, response) => {
      if (!url.includes('evaluation.json') || method === 'HEAD') return false;
      response.writeHead(200).write('{');
      stalled.resolve();
      return true;
    });
    const env = { PATH: process.env['PATH'], ...KEYS, AWS_ENDPOINT_URL: endpoint, TMPDIR: temporary };
    const running = spawn(process.execPath, [BIN, ...checking], { cwd: directory, env });
    await stalled.promise;

    running.kill('SIGINT');
    const [code] = await once(running, 'exit');

    expect(code).toBe(130);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('asks for credentials once for every file, in a sentence', async () => {
    const { directory, temporary } = aSubmission();
    const env = { AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: 'eu-central-1', HOME: temporary };

    const { code, err } = await assay(directory, checking, env);

    expect(code).toBe(2);
    expect(err.match(/needs AWS credentials, and none are found here/g)).toHaveLength(9);
    expect(err).toContain('name them with --at S3_PREFIX=DIR');
  });
});

describe('assay check of an entry point', () => {
  it('leaves out what it may not read, and does not trust the descriptor instead', async () => {
    const { directory, temporary } = aSubmission();
    cpSync(join(EXAMPLE, '1.1.0'), directory, { recursive: true });
    cpSync(join(directory, 'release-manifest.yaml'), join(directory, 'release.yaml'));
    const file = join(directory, 'deployment-descriptor.yaml');
    const descriptor = parse(readFileSync(file, 'utf8'));
    const arn = 'arn:aws:sagemaker:eu-central-1:123456789012:endpoint/hmda-mortgage';
    descriptor.entry_point = { ...descriptor.entry_point, arn };
    writeFileSync(file, JSON.stringify(descriptor));
    const nobody = { AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: 'eu-central-1', HOME: temporary };
    const endpoint = await aBucket((_, response) => {
      response.writeHead(400, { 'x-amzn-errortype': 'AccessDeniedException' }).end('{}');
      return true;
    });

    // The adapter keeps its client, so each environment gets a process.
    const without = await assayProcess(directory, checking, nobody);
    const forbidden = await assayProcess(directory, checking, { ...KEYS, AWS_ENDPOINT_URL: endpoint });

    for (const { code, out } of [without, forbidden]) {
      const { checks } = CheckDocument.parse(JSON.parse(out));
      expect(code).toBe(0);
      expect(checks.filter(({ explanation }) => explanation.includes(arn)).map(({ status }) => status)).toEqual([
        'not_run_here',
        'not_run_here',
        'not_run_here',
      ]);
    }
  });
});
