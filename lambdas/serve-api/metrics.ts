import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Hono } from 'hono/tiny';
import { type Look, momentOf } from '../../lib/domain/metrics/look.ts';
import { CONTENT_TYPES, metricsText, type TextFormat } from '../../lib/domain/metrics/open-metrics.ts';
import type { Api, Variables } from './api.ts';

/** The route for Prometheus, and whatever else scrapes OpenMetrics: what the last look found, with the instant of that look. */
export const metricsRoutes = ({ lastLook }: Pick<Api, 'lastLook'>): Hono<Variables> => {
  const app = new Hono<Variables>();
  const textsOf = textsOfLooks();
  app.get('/metrics', async (context) => {
    const look = await lastLook();
    const accepted = context.req.header('accept') ?? '';
    // Only who asks for the format of before gets it: Prometheus names both, and the one that it likes best first.
    const isFormer = /^\s*text\/plain/.test(accepted) && !accepted.includes('openmetrics');
    const format = isFormer ? 'prometheus' : 'openmetrics';
    const { text, packed } = textsOf(look, format);
    const headers = { 'Content-Type': CONTENT_TYPES[format], Vary: 'Accept, Accept-Encoding' };
    if (!TAKES_GZIP.test(context.req.header('accept-encoding') ?? '')) return context.body(text, 200, headers);
    return context.body(await packed(), 200, { ...headers, 'Content-Encoding': 'gzip' });
  });
  return app;
};

const TAKES_GZIP = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/;

type Text = { readonly text: string; readonly packed: () => Promise<Uint8Array<ArrayBuffer>> };

/**
 * A thousand models have megabytes of samples, most of whose text is alike, and each look is scraped again and again: what was written
 * and packed of it is kept until there is a newer one.
 */
const textsOfLooks = () => {
  let known: { readonly look: Look | undefined; readonly texts: Map<TextFormat, Text> } | undefined;
  return (look: Look | undefined, format: TextFormat): Text => {
    if (known === undefined || known.look !== look) known = { look, texts: new Map() };
    const text = known.texts.get(format) ?? textOf(look, format);
    known.texts.set(format, text);
    return text;
  };
};

const textOf = (look: Look | undefined, format: TextFormat): Text => {
  // Before the first look there is no sample, and an alert for that.
  const text = metricsText(look === undefined ? { samples: [] } : momentOf(look), format);
  let packed: ReturnType<Text['packed']> | undefined;
  return {
    text,
    packed: () => {
      packed ??= pack(text).then((bytes) => new Uint8Array(bytes));
      return packed;
    },
  };
};

const pack = promisify<string, Buffer>(gzip);
