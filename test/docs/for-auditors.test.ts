/** Every command of docs/for-auditors.md answers what the page shows, and a row proves what the picture says. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { QUESTIONS } from '../../lib/domain/questions/catalogue.ts';
import { aDirectory, assay } from '../cli/assay.ts';
import { LOG_PUBLIC_KEY } from '../domain/ledger/a-ledger.ts';
import { auditorsLedger } from '../support/auditors-story.ts';
import { page as pageOf } from './pages.ts';

const page = pageOf('for-auditors');
const files = await auditorsLedger();
const home = aDirectory({
  'ledger/log.pub': LOG_PUBLIC_KEY,
  ...Object.fromEntries(files.map(({ key, bytes }) => [`ledger/${key}`, bytes])),
});

const shown = [
  ...page.matchAll(/```sh\nnpx assay ((?:ask|lineage|audit rehearse) .*)\n```\n\n```text\n([\s\S]*?)\n```/g),
].map(([, command = '', output = '']) => ({ command, output }));

describe('the page for auditors (Q-1, Q-2, Q-3, Q-4, Q-6, Q-8, RR-5)', () => {
  it.each(shown)('shows what $command answers', async ({ command, output }) => {
    const { code, out } = await assay(home, command.split(' '));

    expect(out.trimEnd()).toBe(output);
    expect(code).toBe(0);
  });

  it('shows every question, with its statement', () => {
    expect(shown.length).toBeGreaterThan(12);
    for (const { name, sql } of QUESTIONS) {
      expect(page).toMatch(new RegExp(`\\b${name}\\b`));
      expect(existsSync(new URL(`../../lib/domain/questions/sql/${sql}`, import.meta.url))).toBe(true);
    }
    for (const [, link = ''] of page.matchAll(/questions\/sql\/([a-z_]+\.sql)/g)) {
      expect(QUESTIONS.map(({ sql }) => sql)).toContain(link);
    }
  });

  it('says truly what a row proves', async () => {
    const { out } = await assay(home, ['ask', 'live', 'credit', '--ledger', 'ledger', '--json']);
    const [row] = JSON.parse(out).rows;
    const event = readFileSync(join(home, 'ledger', row.event_key));
    const bundle = readFileSync(join(home, 'ledger', row.bundle_key), 'utf8').split('\n');
    const first = Number(/(\d{12})\.ndjson$/.exec(row.bundle_key)?.[1]);

    expect([row.leaf_index, first]).toEqual([8, 5]);
    expect(page).toContain('line 8 − 5 = 3');
    expect(createHash('sha256').update('\0').update(event).digest('hex')).toBe(row.event_hash);
    expect(bundle[row.leaf_index - first]).toBe(event.toString('utf8'));
  });
});
