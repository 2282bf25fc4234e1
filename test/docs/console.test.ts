/** docs/console.md has every page that the console has, and no other. */
import { afterAll, expect, it } from 'vitest';
import { serveConsole } from '../../lambdas/serve-console/app.ts';
import { anApprovalCase } from '../support/approval-case.ts';
import { consoleWorld } from '../support/console.ts';
import { getRoutes, NO_PAGES } from '../support/console-pages.ts';
import { startIssuer } from '../support/oidc-issuer.ts';
import { codes, page, rows } from './pages.ts';

const issuer = await startIssuer();
afterAll(() => issuer.stop());

/** The pages of the first table, with what stands for any model, release or run in capital letters there. */
const [table = ''] = page('console').split('\n## ');
const shown = rows(table).flatMap(([first = '']) => codes(first));

it('names in its table the address of each page, once', async () => {
  const routes = getRoutes(serveConsole(consoleWorld(issuer, await anApprovalCase())));
  const pages = routes.filter((route) => !NO_PAGES.includes(route));

  expect(shown.map((address) => address.replaceAll(/\b[A-Z]+\b/g, ':')).toSorted()).toEqual(
    pages.map((route) => route.replaceAll(/:\w+/g, ':')).toSorted(),
  );
});
