/** Every page of the console, and where each is opened in the scene of a small fleet: what tests visit one by one. */

/** The answer of a run of that question, as its address names it. */
export const A_RUN = Buffer.from(
  JSON.stringify({ question: 'approvals', given: { model: 'mortgage-approval' } }),
).toString('base64url');

/** By its name, in the order of the navigation. A page may be there twice, where it looks different. */
export const PAGES: Readonly<Record<string, string>> = {
  now: '/console/now',
  inventory: '/console/inventory',
  approvals: '/console/approvals',
  refusals: '/console/refusals',
  outbox: '/console/outbox',
  policy: '/console/policy',
  posture: '/console/posture',
  questions: '/console/questions',
  question: '/console/questions/approvals?model=mortgage-approval',
  answer: `/console/questions/runs/${A_RUN}`,
  looking: `/console/questions/runs/${A_RUN}?still=1`,
  me: '/console/me',
  model: '/console/models/mortgage-approval',
  release: '/console/releases/mortgage-1-2-0',
  verify: '/console/releases/mortgage-1-1-0/verify',
  evidence: '/console/releases/mortgage-1-1-0/evidence',
  rollback: '/console/models/mortgage-approval/rollback',
  'to-nothing': '/console/models/card-fraud/rollback',
  progress: '/console/models/churn/rollbacks/1?still=1',
  hold: '/console/models/card-fraud/hold',
  'signed-out': '/console/session/signed-out',
};

/** What answers a GET and is no page: files, what programs ask, and the two steps of a sign-in, which lead elsewhere. */
export const NO_PAGES: readonly string[] = [
  '/console/inventory/csv',
  '/console/inventory/json',
  '/console/posture/json',
  '/console/questions/runs/:run/csv',
  '/console/questions/runs/:run/json',
  '/console/session/callback',
  '/console/session/client',
  '/console/session/sign-in',
];

type Routed = { readonly routes: readonly { readonly method: string; readonly path: string }[] };

/** What the app answers to a GET, as its routes spell it. */
export const getRoutes = ({ routes }: Routed): string[] =>
  [...new Set(routes.filter(({ method }) => method === 'GET').map(({ path }) => path))].toSorted();

/** The route of an address: one without a parameter before one that has them, as the app finds it. */
export const routeOf = (address: string, routes: readonly string[]): string | undefined => {
  const [path = ''] = address.split('?');
  const matching = routes.filter((route) => new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`).test(path));
  return matching.toSorted((one, other) => one.split(':').length - other.split(':').length)[0];
};
