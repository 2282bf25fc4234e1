/** Writes the published JSON Schemas to docs/formats: `npm run schemas`. */
import { writeFileSync } from 'node:fs';
import { publishedSchemas } from '../lib/domain/gate/published-schemas.ts';

for (const [file, content] of publishedSchemas()) {
  writeFileSync(new URL(`../docs/formats/${file}`, import.meta.url), content);
}
