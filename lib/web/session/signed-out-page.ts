import { html } from 'hono/html';
import { type Html, page } from '../parts/layout.ts';

/** What is left after a sign-out. `elsewhere` is where the issuer ends its own session, if that has not been done. */
export const signedOutPage = (home: string, elsewhere?: URL): Html =>
  page({
    title: 'Signed out',
    main: html`<h1>You are signed out</h1><section>
<p>This browser has no session of Assay any more.</p>
${elsewhere === undefined ? '' : html`<p>Your issuer still has one. You are led to where it ends; if nothing happens, <a href="${elsewhere.href}">sign out there</a>.</p>`}
<p><a href="${home}">Sign in again</a></p></section>`,
  });
