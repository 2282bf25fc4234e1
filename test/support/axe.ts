/** What axe-core finds wrong with a page, for people who read with a screen reader, a keyboard, or little sight. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import * as z from 'zod';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const Found = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }));

/** Every rule that axe has on by default, the best practices among them. The policy of the page would let no script in: the debugger may. */
export const violationsOf = async (page: Page): Promise<string[]> => {
  await page.evaluate(`window.axe === undefined && (() => { ${AXE} })()`);
  const found: unknown = await page.evaluate(
    "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)",
  );
  return Found.parse(found).map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
};
