import { html } from 'hono/html';
import type { PersonRecord } from '../../domain/policy/directory-record.ts';
import { type Html, page, time } from '../parts/layout.ts';
import { roleInWords } from '../parts/wording.ts';
import type { Bearer } from '../session/claims.ts';
import { API_ROLES } from '../session/roles.ts';
import { SESSION_ROUTES, type Session } from '../session/session.ts';
import { navigation, whoLooks } from './frame.ts';

type Me = {
  readonly bearer: Bearer;
  /** The person of the directory, if the bearer is one. */
  readonly person: PersonRecord | undefined;
  readonly session: Session;
};

/** Who is signed in, what their token and the directory let them do, and the way out. */
export const mePage = ({ bearer, person, session }: Me): Html =>
  page({
    title: 'Who you are',
    viewer: whoLooks(person?.name ?? bearer.name, bearer.roles),
    nav: navigation('/console/me'),
    main: html`<h1>${person?.name ?? bearer.name}</h1>
<section><dl class="facts">
<div><dt>Signed in as</dt><dd><bdi>${bearer.name}</bdi></dd></div>
<div><dt>In the directory</dt><dd>${bearer.identity === undefined ? 'nobody' : html`<bdi>${bearer.identity.id}</bdi>`}</dd></div>
<div><dt>The session ends</dt><dd>${time(session.endsAt)}</dd></div>
</dl></section>
${rolesSection(bearer)}
${approvalsSection(person)}
<section><h2>Sign out</h2><form method="post" action="${SESSION_ROUTES}/sign-out"><button>Sign out</button></form></section>`,
  });

const rolesSection = ({ roles, identity, name }: Bearer): Html => {
  const held = Object.entries(API_ROLES).filter(([role]) => roles.includes(role));
  const orders = roles.includes('releaser') || roles.includes('operator');
  return html`<section><h2>What you may do</h2>
${held.length === 0 ? html`<p class="attention">Your token has none of the roles ${Object.keys(API_ROLES).join(', ')}: you may read nothing. Ask the administrator of your account to add you to a group of one of these names.</p>` : html`<dl>${held.map(([role, may]) => html`<dt>${role}</dt><dd>${may}</dd>`)}</dl>`}
${orders && identity === undefined ? html`<p class="attention">The directory does not know <bdi>${name}</bdi>, so what you request or order is refused. Its owner can list this name as a login of yours.</p>` : ''}
${identity?.isPerson === false ? html`<p class="attention">${identity.id} is a machine of the directory. An operator is a person.</p>` : ''}
</section>`;
};

const approvalsSection = (
  person: PersonRecord | undefined,
): Html => html`<section><h2>What you may be asked to approve</h2>
${
  person === undefined || person.roles.length === 0
    ? html`<p>Nothing: the directory has no role of an approval for you.</p>`
    : html`<p>You are asked by mail, with a link, as:</p><ul class="roles">${person.roles.map((role) => html`<li>${roleInWords(role)}</li>`)}</ul>`
}</section>`;
