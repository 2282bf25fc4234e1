/** What axe-core finds wrong with a page, for people who read with a screen reader, a keyboard, or little sight. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import * as z from 'zod';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const Found = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }));

/** What axe looks at the colours of a page by. Whatever else it finds is the same in all colours, unless something moves with them. */
export const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/**
 * Every rule that axe has on by default, the best practices among them, or only those that are named. The policy of the page would
 * let no script in: the debugger may.
 */
export const violationsOf = async (page: Page, rules?: readonly string[]): Promise<string[]> => {
  await page.evaluate(`window.axe === undefined && (() => { ${AXE} })()`);
  // No rule of ours asks for style sheets or media to be loaded again.
  const options = { resultTypes: ['violations'], preload: false, ...(rules && { runOnly: rules }) };
  const found: unknown = await page.evaluate(
    `axe.run(${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return Found.parse(found).map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
};
