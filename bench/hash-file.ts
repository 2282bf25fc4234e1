/** Hashes one file by the product's own loop, and says how long that took and how much memory the process ever had. */
import { createReadStream } from 'node:fs';
import { digestObject } from '../lib/adapters/s3-evidence-store.ts';
import { s3 } from '../lib/adapters/s3-objects.ts';

const [file = ''] = process.argv.slice(2);
// In place of the network: what the loop gets is a stream either way.
Object.assign(s3, { send: async () => ({ Body: createReadStream(file) }) });

const peakMegabytes = () => process.resourceUsage().maxRSS / 1024;
const startMegabytes = peakMegabytes();
const startedAt = performance.now();
const sha256 = await digestObject({ bucket: 'bench', key: file, versionId: '1', sizeBytes: 0 }, '000000000000');
const milliseconds = performance.now() - startedAt;
process.stdout.write(JSON.stringify({ sha256, milliseconds, startMegabytes, peakMegabytes: peakMegabytes() }));
