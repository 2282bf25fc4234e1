/** Some blocks of what a command printed, as a page that looks like a terminal. */

/** A block is kept if its first line begins with one of `kept`; what is left out is an ellipsis. */
export const terminalPage = (command: string, output: string, kept: readonly string[]): string => {
  const blocks = output.trimEnd().split('\n\n');
  const shown = blocks.map((block) => (kept.some((word) => block.startsWith(word)) ? block : '…'));
  const text = shown.filter((block, index) => block !== '…' || shown[index - 1] !== '…').join('\n\n');
  return `<!doctype html><meta charset="utf-8"><style>
body { margin: 0 }
pre { display: inline-block; margin: 0; padding: 16px 20px; background: #16181d; color: #d5d9e0; font: 13px/1.4 'DejaVu Sans Mono', monospace }
b { color: #fff } .bad { color: #ff8f85 } .good { color: #7fd29a }
</style><pre><b>$ ${escaped(command)}</b>\n${text.split('\n').map(lineOf).join('\n')}</pre>`;
};

const lineOf = (line: string): string => {
  const text = escaped(line);
  if (line.trimStart().startsWith('✗')) return `<span class="bad">${text}</span>`;
  return line.trimStart().startsWith('✓') ? `<span class="good">${text}</span>` : text;
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
