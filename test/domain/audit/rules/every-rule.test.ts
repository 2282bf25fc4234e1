import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../../../lib/domain/audit/replay-events.ts';

const files = readdirSync(join(import.meta.dirname, '../../../../lib/domain/audit/rules'));

describe('every file of a rule', () => {
  it.each(files)('has chains that keep it and chains that break it: %s', (file) => {
    expect(existsSync(join(import.meta.dirname, file.replace(/\.ts$/, '.test.ts')))).toBe(true);
  });

  it.each(files)('is walked by the replay: %s', async (file) => {
    const rules = Object.values(await import(`../../../../lib/domain/audit/rules/${file.replace(/\.ts$/, '')}.ts`));

    expect(rules).toHaveLength(1);
    expect(RULES).toContain(rules[0]);
  });
});
