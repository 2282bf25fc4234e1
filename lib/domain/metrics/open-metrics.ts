/** Samples as Prometheus scrapes them: as OpenMetrics text 1.0, or as the text format before it. */
import { familyOf, METRIC_NAMES, type MetricName, sampleNames } from './metrics.ts';
import type { Labels, Moment, Sample } from './series.ts';

export type TextFormat = 'openmetrics' | 'prometheus';

export const CONTENT_TYPES: Readonly<Record<TextFormat, string>> = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
};

/** Every metric by its name, with the samples of this moment if there are any. */
export const metricsText = ({ samples }: Pick<Moment, 'samples'>, format: TextFormat): string => {
  const families = METRIC_NAMES.map((name) => familyText(name, samples, format)).join('');
  return format === 'openmetrics' ? `${families}# EOF\n` : families;
};

const familyText = (name: MetricName, samples: readonly Sample[], format: TextFormat): string => {
  const { type, help } = familyOf(name);
  const own = sampleNames(name);
  const lines = samples
    .filter((sample) => own.includes(sample.name))
    .map(({ name: sampleName, labels, value }) => `${sampleName}${labelText(labels)} ${value}\n`);
  return format === 'openmetrics'
    ? // A counter is called after what it counts there: only its samples end in `_total`.
      headOf(type === 'counter' ? name.replace(/_total$/, '') : name, type, help) + lines.join('')
    : headOf(name, type === 'unknown' ? 'untyped' : type, help) + lines.join('');
};

const headOf = (family: string, type: string, help: string): string =>
  `# HELP ${family} ${help}\n# TYPE ${family} ${type}\n`;

/** An empty label is one that is not there. */
const labelText = (labels: Labels): string => {
  const written = Object.entries(labels).filter(([, value]) => value !== '');
  return written.length === 0 ? '' : `{${written.map(([key, value]) => `${key}="${escaped(value)}"`).join()}}`;
};

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
