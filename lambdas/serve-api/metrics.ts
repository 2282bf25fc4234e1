import { compress } from 'hono/compress';
import { Hono } from 'hono/tiny';
import { momentOf } from '../../lib/domain/metrics/look.ts';
import { CONTENT_TYPES, metricsText } from '../../lib/domain/metrics/open-metrics.ts';
import type { Api, Variables } from './api.ts';

/** The route for Prometheus, and whatever else scrapes OpenMetrics: what the last look found, with the instant of that look. */
export const metricsRoutes = ({ lastLook }: Pick<Api, 'lastLook'>): Hono<Variables> => {
  const app = new Hono<Variables>();
  // A thousand models have megabytes of samples, most of whose text is alike. Prometheus asks for gzip.
  app.use('/metrics', compress({ encoding: 'gzip', contentTypeFilter: isOfMetrics }));
  app.get('/metrics', async (context) => {
    const look = await lastLook();
    const accepted = context.req.header('accept') ?? '';
    // Only who asks for the format of before gets it: Prometheus names both, and the one that it likes best first.
    const isFormer = /^\s*text\/plain/.test(accepted) && !accepted.includes('openmetrics');
    const format = isFormer ? 'prometheus' : 'openmetrics';
    // Before the first look there is no sample, and an alert for that.
    const moment = look === undefined ? { samples: [] } : momentOf(look);
    return context.body(metricsText(moment, format), 200, { 'Content-Type': CONTENT_TYPES[format] });
  });
  return app;
};

const isOfMetrics = (type: string): boolean => Object.values(CONTENT_TYPES).includes(type);
