/** The six panels as a page, from the values that CloudWatch has: what a dashboard of it shows, without its console. */
import { PENDING } from '../../lib/domain/metrics/alerts.ts';
import { DASHBOARD_TITLE } from '../../lib/domain/metrics/panels.ts';

/** The latest values of a metric, by the dimension that tells them apart; empty if there is none. */
export type Values = ReadonlyMap<string, number>;
export type Drawn = { readonly title: string; readonly type: string; readonly values: Values };

const WIDTH = 300;
const HEIGHT = 150;
const COLOURS: Readonly<Record<string, string>> = {
  governed: '#2e7d32',
  pending: '#f9a825',
  expired: '#ef6c00',
  ungoverned: '#c62828',
};
const BLUE = '#1565c0';

const svg = (content: string): string => `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${content}</svg>`;
const number = (text: string, colour: string): string =>
  svg(`<text x="150" y="95" font-size="56" text-anchor="middle" fill="${colour}">${text}</text>`);
const NOTHING = svg(`<text x="150" y="80" font-size="16" text-anchor="middle" fill="#777">no data</text>`);

const pie = (values: Values): string => {
  const total = [...values.values()].reduce((sum, value) => sum + value, 0);
  let from = 0;
  // A circle whose line is as wide as its radius: each slice is a dash of it.
  const slices = [...values].map(([name, value]) => {
    const share = (100 * value) / total;
    const slice = `<circle r="30" cx="80" cy="75" pathLength="100" fill="none" stroke="${COLOURS[name]}" stroke-width="60"
      stroke-dasharray="${share} ${100 - share}" stroke-dashoffset="${-from}"/>`;
    from += share;
    return slice;
  });
  const legend = [...values].map(
    ([name, value], index) =>
      `<rect x="165" y="${50 + index * 24}" width="12" height="12" fill="${COLOURS[name]}"/>
       <text x="185" y="${61 + index * 24}" font-size="14">${name}: ${value}</text>`,
  );
  return svg([...slices, ...legend].join(''));
};

const bars = (values: Values): string => {
  const most = Math.max(...values.values());
  return svg(
    [...values]
      .map(
        ([name, value], index) =>
          `<text x="128" y="${30 + index * 24}" font-size="12" text-anchor="end">${name}</text>
           <rect x="134" y="${19 + index * 24}" width="${(130 * value) / most}" height="15" fill="${BLUE}"/>
           <text x="${140 + (130 * value) / most}" y="${31 + index * 24}" font-size="12">${value}</text>`,
      )
      .join(''),
  );
};

/** A day fills it; the aim for low risk is four hours. */
const gauge = (seconds: number): string => {
  const share = Math.min(1, seconds / 86_400);
  const arc = (length: number, colour: string) =>
    `<path d="M 70 120 A 80 80 0 0 1 230 120" pathLength="100" fill="none" stroke="${colour}" stroke-width="22"
      stroke-dasharray="${length} 100"/>`;
  const told = seconds < 3600 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
  const filled = share === 0 ? '' : arc(Math.max(1, share * 100), BLUE);
  return svg(`${arc(100, '#ddd')}${filled}<text x="150" y="115" font-size="26" text-anchor="middle">${told}</text>`);
};

const table = (values: Values): string =>
  values.size === 0
    ? svg(`<text x="150" y="80" font-size="16" text-anchor="middle" fill="#2e7d32">none</text>`)
    : `<table>${[...values].map(([name, value]) => `<tr><td>${name}</td><td>${value}</td></tr>`).join('')}</table>`;

const pendingColour = (value: number): string => {
  if (value >= PENDING.red) return '#c62828';
  return value >= PENDING.yellow ? '#f9a825' : '#2e7d32';
};

const panel = ({ title, type, values }: Drawn): string => {
  const [first] = values.values();
  if (type === 'table') return table(values);
  if (first === undefined) return NOTHING;
  if (type === 'piechart') return pie(values);
  if (type === 'barchart') return bars(values);
  if (type === 'gauge') return gauge(first);
  return title === 'Pending Approvals'
    ? number(String(first), pendingColour(first))
    : number(`${Math.round(first * 100)} %`, BLUE);
};

export const panelsPage = (
  panels: readonly Drawn[],
): string => `<!doctype html><html lang="en"><meta charset="utf-8"><style>
body { font: 15px system-ui, sans-serif; margin: 16px; width: 1000px; background: #f4f5f5; color: #222 }
h1 { font-size: 20px; margin: 0 0 12px }
main { display: grid; grid-template-columns: repeat(3, 1fr); gap: 12px }
section { background: #fff; border: 1px solid #ddd; border-radius: 4px; padding: 10px }
h2 { font-size: 14px; font-weight: 600; margin: 0 0 6px }
svg { width: 100%; font-family: inherit }
</style><h1>${DASHBOARD_TITLE}</h1><main>${panels
  .map((one) => `<section><h2>${one.title}</h2>${panel(one)}</section>`)
  .join('')}</main></html>`;
