/** A timeline as a page of its own: one file, no script, nothing loaded from anywhere. */
import type { Answer } from '../../domain/questions/question.ts';
import { answerTable, reachOf } from './answer-account.ts';
import { type Span, scaleOf } from './timeline.ts';

/** Texts of people come into the page as texts. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const ROW = 26;
const WIDTH = 760;
const LEFT = 260;

export const timelinePage = (title: string, answer: Answer, spans: readonly Span[]): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem;color:#1b1b1f}pre{overflow-x:auto}svg{max-width:100%}
@media(prefers-color-scheme:dark){body{background:#17171b;color:#e8e8ee}text{fill:#e8e8ee}}</style>
<h1>${escaped(title)}</h1>
${spans.length === 0 ? '' : picture(title, spans)}
<pre>${escaped(answerTable(answer))}</pre>
<p>${escaped(reachOf(answer))}</p>
</html>
`;

const picture = (title: string, spans: readonly Span[]): string => {
  const { first, last, place } = scaleOf(spans);
  const height = (spans.length + 1) * ROW;
  const bars = spans.map(({ label, from, until }, line) => {
    const x = LEFT + place(from) * WIDTH;
    const width = Math.max(2, (place(until) - place(from)) * WIDTH);
    return `<text x="0" y="${line * ROW + 17}">${escaped(label)}</text><rect x="${x.toFixed(1)}" y="${line * ROW + 4}" width="${width.toFixed(1)}" height="18" rx="3" fill="#3b6fd4"><title>${escaped(`${label}: ${from} to ${until}`)}</title></rect>`;
  });
  const foot = height - 8;
  return `<svg role="img" aria-label="${escaped(title)}" viewBox="0 0 ${LEFT + WIDTH} ${height}" font-size="13">${bars.join('')}<text x="${LEFT}" y="${foot}">${escaped(first)}</text><text x="${LEFT + WIDTH}" y="${foot}" text-anchor="end">${escaped(last)}</text></svg>`;
};
