/**
 * The files of `alone/` stop what dispatches, deploy another policy, other keys or limits, or read all that there is:
 * only one of them may run at a time. As one file they have one worker, beside the other tests, and a deployment of
 * their own. To run one of them: `npx vitest run --project deployed-alone -t '^ledger '`.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';

const names = readdirSync(join(import.meta.dirname, 'alone')).map((file) => file.slice(0, -'.test.ts'.length));

// Their order is the same everywhere, and what one leaves in the ledger the later ones find.
for (const name of names.toSorted()) {
  // Awaited by Vitest before it goes on to the next one, so that the hooks of a file belong to its tests only.
  describe(name, async () => {
    await import(`./alone/${name}.test.ts`);
  });
}
