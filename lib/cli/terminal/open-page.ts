import { spawn } from 'node:child_process';

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

type Desktop = { readonly platform: NodeJS.Platform; readonly start: typeof spawn };

/** Opens a page in the user's browser. If that is not possible they open it themselves: its address has been printed. */
export const openPage = (
  url: string,
  { platform, start }: Desktop = { platform: process.platform, start: spawn },
): void => {
  // An issuer names this address: anything else than a page could start any program here.
  if (!/^https?:\/\//.test(url)) return;
  const [program, ...args] = OPENERS[platform] ?? ['xdg-open'];
  start(program, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
};
