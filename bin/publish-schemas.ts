/** Writes the published JSON Schemas to docs/formats, and the OpenAPI document of the API to docs/openapi: `npm run schemas`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { publishedSchemas } from '../lib/domain/gate/published-schemas.ts';
import { documentText, openApiDocument } from '../lib/openapi/document.ts';

for (const [file, content] of publishedSchemas()) {
  writeFileSync(new URL(`../docs/formats/${file}`, import.meta.url), content);
}
mkdirSync(new URL('../docs/openapi/', import.meta.url), { recursive: true });
writeFileSync(new URL('../docs/openapi/openapi.json', import.meta.url), documentText(openApiDocument()));
