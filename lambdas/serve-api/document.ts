import { Hono } from 'hono/tiny';
import type { Api, Variables } from './api.ts';

/** The route of the document that describes all routes. It was generated before this was deployed: here it is only bytes. */
export const documentRoutes = ({ document }: Pick<Api, 'document'>): Hono<Variables> => {
  const app = new Hono<Variables>();
  app.get('/openapi.json', async (context) =>
    context.body(await document(), 200, { 'Content-Type': 'application/openapi+json' }),
  );
  return app;
};
