/** A browser without a window: it keeps the cookies of the page, by path, and sends the forms that it was served. */
import { BASE_URL, HEADERS, type Page } from './approval-visitor.ts';

type Sent = { readonly response: Response; readonly text: string };

export type Jar = {
  readonly open: (link: string, init?: RequestInit) => Promise<Sent>;
  /** Follows the link in a mail that is read on another site: browsers bring no cookie that is `Strict`. */
  readonly openFromMail: (link: string) => Promise<Sent>;
  readonly post: (link: string, fields: Readonly<Record<string, string>>) => Promise<Sent>;
  readonly cookies: (link: string) => string;
};

/** One browser that has opened no page yet. */
export const aBrowser = ({ app }: Pick<Page, 'app'>): Jar => {
  const kept = new Map<string, { readonly value: string; readonly path: string; readonly isStrict: boolean }>();
  const cookies = (path: string, isFromMail = false) =>
    [...kept]
      .filter(([, cookie]) => path.startsWith(cookie.path) && !(isFromMail && cookie.isStrict))
      .map(([name, cookie]) => `${name}=${cookie.value}`)
      .join('; ');
  const send = async (link: string, init: RequestInit, isFromMail = false): Promise<Sent> => {
    const path = `/a/${link}`;
    const headers = new Headers(init.headers);
    headers.set('cookie', cookies(path, isFromMail));
    const response = await app.request(`${BASE_URL}${path}`, { ...init, headers }, {});
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const path = /; path=([^;]+)/i.exec(line)?.[1] ?? '/';
      kept.set(name, { value, path, isStrict: /; samesite=strict/i.test(line) });
    }
    return { response, text: await response.text() };
  };
  let nonce = '';
  const open = async (link: string, init: RequestInit, isFromMail = false): Promise<Sent> => {
    const sent = await send(link, init, isFromMail);
    nonce = /name="form_nonce" value="([^"]*)"/.exec(sent.text)?.[1] ?? nonce;
    return sent;
  };
  return {
    open: (link, init = {}) => open(link, init),
    openFromMail: (link) => open(link, {}, true),
    post: (link, fields) =>
      send(link, {
        method: 'POST',
        headers: HEADERS,
        body: `${new URLSearchParams({ form_nonce: nonce, ...fields })}`,
      }),
    cookies: (link) => cookies(`/a/${link}`),
  };
};
