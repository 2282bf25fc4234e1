import { Hono } from 'hono/tiny';
import type { Api, Variables } from './api.ts';

/** What a submitter needs to know of a deployment before anything is sent: where the objects of a release may lie. */
export const settingsRoutes = ({ modelBuckets }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  app.get('/settings', async (context) => context.json({ model_buckets: await modelBuckets() }));
  return app;
};
