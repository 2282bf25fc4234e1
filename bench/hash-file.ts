/** Hashes one file as the product hashes local files, and prints the time and the peak memory of the process. */
import { fileChunks } from '../lib/adapters/counting/file-chunks.ts';
import { sha256Of } from '../lib/adapters/hashed-stream.ts';

const [file = ''] = process.argv.slice(2);

const peakMegabytes = () => process.resourceUsage().maxRSS / 1024;
const startMegabytes = peakMegabytes();
const startedAt = performance.now();
const sha256 = await sha256Of(fileChunks(file));
const milliseconds = performance.now() - startedAt;
process.stdout.write(JSON.stringify({ sha256, milliseconds, startMegabytes, peakMegabytes: peakMegabytes() }));
