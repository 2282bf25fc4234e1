/** What a browser keeps for one link, and brings back to it alone. */
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Openings } from '../../lib/domain/approval/opened.ts';

const FORM = 'assay-approval';
const OPENED = 'assay-opened-';

/** Where the page is for this browser, as it is addressed in public. */
type Place = { readonly c: Context; readonly link: string; readonly address: URL };

const isHttps = ({ address }: Pick<Place, 'address'>): boolean => address.protocol === 'https:';

/** The nonce of the form that this browser was served last. */
export const keepNonce = (place: Place, nonce: string): void => keep(place, FORM, nonce, { sameSite: 'Strict' });

export const nonceOf = (place: Pick<Place, 'c' | 'address'>): string | undefined =>
  getCookie(place.c, FORM, isHttps(place) ? 'secure' : undefined);

/**
 * One cookie for each file, because files are opened side by side. It lasts as long as its link, which may take days. A browser
 * brings it too where a mail on another site leads to the page: what the page shows as opened is what a decision will name.
 */
export const keepOpening = (place: Place, file: string, word: string, maxAge: number): void =>
  keep(place, `${OPENED}${file}`, word, { maxAge, sameSite: 'Lax' });

export const openingsOf = (place: Pick<Place, 'c' | 'address'>): Openings => {
  const prefix = `${isHttps(place) ? '__Secure-' : ''}${OPENED}`;
  const cookies = Object.entries(getCookie(place.c)).filter(([name]) => name.startsWith(prefix));
  return new Map(cookies.map(([name, word]) => [name.slice(prefix.length), word]));
};

type Kept = { readonly sameSite: 'Strict' | 'Lax'; readonly maxAge?: number };

/** The browser sends it to this one link only, hides it from scripts, and never sends it with a form of another site. */
const keep = (place: Place, name: string, value: string, kept: Kept): void =>
  setCookie(place.c, name, value, {
    path: `${place.address.pathname.replace(/\/$/, '')}/a/${place.link}`,
    httpOnly: true,
    secure: isHttps(place),
    ...kept,
    ...(isHttps(place) ? { prefix: 'secure' } : {}),
  });
