/**
 * Whether a form was posted from a page of this origin. On a page with `no-referrer`, browsers send `Origin: null` even with
 * the page's own forms. That passes only together with `Sec-Fetch-Site: same-origin`, a header that the browser sets and no
 * page can forge.
 */
export const isOfSameOrigin = (header: (name: string) => string | undefined, origin: string): boolean => {
  const site = header('sec-fetch-site');
  const claimed = header('origin');
  const isSameSite = site === undefined || site === 'same-origin';
  return isSameSite && (claimed === origin || (claimed === 'null' && site === 'same-origin'));
};
