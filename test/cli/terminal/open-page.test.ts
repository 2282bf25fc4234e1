import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { openPage } from '../../../lib/cli/terminal/open-page.ts';

const opened = (url: string, platform: NodeJS.Platform): string[] => {
  const started: string[] = [];
  const start = ((program: string, args: readonly string[]) => {
    started.push([program, ...args].join(' '));
    return spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  }) as typeof spawn;
  openPage(url, { platform, start });
  return started;
};

describe('a page that is opened', () => {
  it.each([
    ['linux', 'xdg-open https://id.bank.example/?a=b&c'],
    ['darwin', 'open https://id.bank.example/?a=b&c'],
    ['win32', 'rundll32 url.dll,FileProtocolHandler https://id.bank.example/?a=b&c'],
  ] as const)('is opened as %s does it, by no shell', (platform, command) => {
    expect(opened('https://id.bank.example/?a=b&c', platform)).toEqual([command]);
  });

  it.each(['file:///usr/bin/program', '--help', 'javascript:alert(1)', 'x-app://run'])(
    'is a page: an issuer that names %s starts nothing',
    (url) => {
      expect(opened(url, 'linux')).toEqual([]);
    },
  );
});
