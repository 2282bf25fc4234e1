import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Sha256 } from '../domain/identifiers.ts';
import { sha256 } from '../domain/signing/canonical-json.ts';

/**
 * Digest of the running code, which is the file that this module was bundled into. In a Lambda that is `index.mjs`,
 * with every check of the stage and everything the checks import. The same checkout always builds the same bytes.
 */
export const CODE_SHA256: Sha256 = sha256(readFileSync(fileURLToPath(import.meta.url)));
