import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { CHECKS } from '../../../lib/domain/checks/known-checks.ts';
import { publishedSchemas } from '../../../lib/domain/gate/published-schemas.ts';
import { POLICIES } from '../policy/shipped.ts';

const FORMATS = new URL('../../../docs/formats/', import.meta.url);

describe('the published schemas', () => {
  it.each([...publishedSchemas().keys()])('%s is what `npm run schemas` writes', (file) => {
    expect(readFileSync(new URL(file, FORMATS), 'utf8')).toBe(publishedSchemas().get(file));
  });

  it('tell an editor the parameters of every check, by its name', () => {
    const text = publishedSchemas().get('governance-policy.schema.json') ?? '';
    const Named = z.object({
      properties: z.object({ name: z.object({ const: z.string() }), parameters: z.unknown() }),
    });
    const found: string[] = [];
    JSON.parse(text, (_key, value) => {
      const named = Named.safeParse(value);
      if (named.success && named.data.properties.parameters !== undefined) found.push(named.data.properties.name.const);
      return value;
    });

    expect(found.sort()).toEqual(CHECKS.map(({ name }) => name).sort());
  });

  it.each(
    ['', 'presets/', 'cases/'].flatMap((folder) =>
      readdirSync(new URL(folder, POLICIES))
        .filter((file) => file.endsWith('.yaml'))
        .map((file) => folder + file),
    ),
  )('%s names one of them on its first line', (file) => {
    const [first = ''] = readFileSync(new URL(file, POLICIES), 'utf8').split('\n');
    const named = first.replace('# yaml-language-server: $schema=', '');

    expect(new URL(named, new URL(file, POLICIES)).href).toBe(new URL(basename(named), FORMATS).href);
    expect([...publishedSchemas().keys()]).toContain(basename(named));
  });
});
