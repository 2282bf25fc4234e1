/**
 * Personal data that comes in by every door, and is found nowhere that is kept (CO-4): not in the audit bucket, records,
 * attestations, rows of the table, executions or logs. What people are called and where their mail goes is in the directory alone.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { rollbackId } from '../../lib/domain/records/rollback.ts';
import { copyKey } from '../../lib/domain/release/evidence-copy.ts';
import { evidenceFilesOf } from '../../lib/domain/release/evidence-files.ts';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';
import { clientConfig } from '../../local/clients.ts';
import { type SlackStandIn, startSlack } from '../../local/slack/server.ts';
import { eventOf } from '../support/api.ts';
import { approveAtThePage } from '../support/approval-at-the-page.ts';
import { deployedBytes, OBSERVING_POLICY, SHIPPED_DIRECTORY } from '../support/deployed-files.ts';
import { executionsOf, objectsOf, textOfRow } from '../support/everything-kept.ts';
import { startIssuer } from '../support/oidc-issuer.ts';
import { approveInSlack, signInAtConsole } from '../support/personal-doors.ts';
import {
  AUDIT_BUCKET,
  EVIDENCE_BUCKET,
  exampleManifest,
  type Product,
  startProduct,
  TABLE,
} from '../support/product.ts';
import { walk } from '../support/walk.ts';

const RELEASE = 'hmda-mortgage-1.1.0';
const MODEL = 'hmda-mortgage';
const EXAMPLE = join(import.meta.dirname, '../../examples/hmda-mortgage/1.1.0');

/** What people are called elsewhere, and where they are reached. Each is a word that nothing else has. */
const people = SHIPPED_DIRECTORY.people.map((person, index) => ({
  ...person,
  name: `Plantedname${index} Ofaperson`,
  email: `planted-address-${index}@private.example`,
  logins: [`planted-login-${index}`],
  slack: { team_id: 'T0PLANTED', user_id: `U0PLANTED${index}X` },
}));
const whoIs = (id: string) => people.find((one) => one.id === id) ?? expect.unreachable(`${id} is not there`);
const DANA = whoIs('dana.kim');
const OMAR = whoIs('omar.haddad');
const RUTH = whoIs('ruth.meyer');

/** What people type into fields of text: it goes on record as they typed it, whatever is in it. */
const TYPED = {
  atThePage: 'Ring planted-in-a-comment@private.example',
  inSlack: 'Ask planted-in-slack@private.example',
  forAHold: 'As planted-in-a-hold@private.example asks',
  forARollback: 'planted-in-a-reason@private.example complains',
  incident: 'INC-planted-in-an-incident',
};
const NOWHERE = Object.fromEntries(Object.keys(TYPED).map((what) => [what, []]));
/** Random, and of one bearer: tokens, links, nonces, codes, signatures of requests. */
const secrets = new Set<string>();
const keepSecret = (secret: string): void => {
  secrets.add(secret);
};

const PLANTED: Readonly<Record<string, readonly string[]>> = {
  'a name of the directory': people.map(({ name }) => name),
  'an address of the directory': people.map(({ email }) => email),
  'a login of the directory': people.flatMap(({ logins }) => logins),
  'an account in Slack': people.map(({ slack }) => slack.user_id),
  'a row of the evidence': ['planted-applicant-', 'planted-religion-'],
  'a value of the environment': ['planted-contact-of-the-container'],
  'a claim of a token': ['planted-claim@private.example', 'Plantedclaim Name', '+43 1 555 0100', 'planted-subject'],
  'a name in Slack': ['planted-handle'],
  'a stranger in Slack': ['U0PLANTEDSTRANGER'],
  'where somebody sits': ['203.0.113.77', 'planted-browser'],
  'an order that was refused': ['planted-in-a-refused-order@private.example'],
  'a stranger who asked': ['planted-stranger@private.example'],
  'a key that a request was sent under': ['planted-key-of-dana@private.example'],
  'an address that a mail came back from': ['planted-bounce@private.example'],
};

let product: Product;
/** Everything that a Lambda was handed or answered, which is what the history of an execution has. */
const histories: string[] = [];
let logs = '';
let rows: Record<string, unknown>[] = [];
/** What was still to be sent while people were asked. */
let unsent: Record<string, unknown>[] = [];

/** The predictions of the example, with two columns that no check needs. */
const rowsWithNames = async (): Promise<Uint8Array> => {
  const folder = mkdtempSync(join(tmpdir(), 'rows-'));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const source = join(EXAMPLE, 'predictions.parquet');
  const target = join(folder, 'rows.parquet');
  await connection.run(
    `COPY (SELECT *, 'planted-applicant-' || row_number() OVER () AS applicant, 'planted-religion-' || row_number() OVER () AS religion
       FROM '${source}') TO '${target}' (FORMAT parquet)`,
  );
  connection.closeSync();
  const bytes = readFileSync(target);
  rmSync(folder, { recursive: true });
  return bytes;
};

const invoke: Product['invoke'] = async (lambda, event) => {
  const answer = await product.invoke(lambda, event);
  if (!lambda.startsWith('serve-')) histories.push(JSON.stringify({ event, answer }));
  return answer;
};

/** A request of the API, as the gateway hands it over with the claims of a token. */
const callApi = async (path: string, username: string, body?: object, headers = {}): Promise<[number, string]> => {
  const event = eventOf({
    sub: 'planted-subject',
    username,
    email: 'planted-claim@private.example',
    name: 'Plantedclaim Name',
    phone_number: '+43 1 555 0100',
    groups: ['releaser', 'auditor', 'operator'],
  });
  for (const part of event.headers.authorization.split(/[ .]/).slice(2)) keepSecret(part);
  const http = {
    ...{ method: body ? 'POST' : 'GET', path },
    ...{ sourceIp: '203.0.113.77', userAgent: 'planted-browser' },
  };
  const answer = await product.invoke('serve-api', {
    ...event,
    version: '2.0',
    rawPath: path,
    rawQueryString: '',
    isBase64Encoded: false,
    headers: { ...Object(event)['headers'], ...headers },
    ...(body && { body: JSON.stringify(body) }),
    requestContext: { ...event.requestContext, domainName: 'api.example.com', http },
  });
  const { statusCode, body: text } = z.object({ statusCode: z.int(), body: z.string() }).parse(answer);
  return [statusCode, text];
};

/** A mail to an approver that came back from the address that they forward it to. */
const bounced = (email: string) => ({
  version: '0',
  'detail-type': 'Email Bounced',
  source: 'aws.ses',
  detail: {
    eventType: 'Bounce',
    bounce: {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [{ emailAddress: 'planted-bounce@private.example', action: 'failed', status: '5.1.1' }],
    },
    mail: {
      timestamp: new Date().toISOString(),
      source: 'assay@bank.example',
      messageId: 'of-no-mail',
      destination: [email],
      headersTruncated: false,
      headers: [{ name: 'To', value: email }],
      tags: { 'assay-row': ['OUTBOX'] },
    },
  },
});

const heldSecret = async (Name: string, SecretString: string): Promise<string> => {
  const client = new SecretsManagerClient(clientConfig(product.aws.awsEndpoint));
  const { ARN = '' } = await client.send(new CreateSecretCommand({ Name, SecretString }));
  return ARN;
};

const issuer = await startIssuer();
let slack: SlackStandIn;

beforeAll(async () => {
  const directory = deployedBytes({ ...SHIPPED_DIRECTORY, people });
  product = await startProduct('personal-data', deployedBytes(OBSERVING_POLICY), directory);
  slack = await startSlack({ port: 0, requestUrl: 'http://127.0.0.1:9/' });
  slack.workspace.join(people.map(({ slack: { team_id: team, user_id: user }, name }) => ({ team, user, name })));
  for (const secret of [slack.token, slack.signingSecret]) keepSecret(secret);
  Object.assign(process.env, {
    ...{ POWERTOOLS_LOG_LEVEL: 'DEBUG', QUESTIONS_FUNCTION: 'questions', DECIDER_NAME: 'nobody' },
    ...{ ISSUER: issuer.client.issuer, CLIENT_ID: issuer.client.clientId, SCOPE: 'openid', AUDIENCE: 'assay-api' },
    SLACK_TOKEN_ARN: await heldSecret('planted/slack-token', slack.token),
    SLACK_SIGNING_SECRET_ARN: await heldSecret('planted/slack-signing-secret', slack.signingSecret),
    SLACK_API_URL: slack.apiUrl,
  });
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      logs += String(text);
      return true;
    });
  try {
    await tell();
  } finally {
    vi.restoreAllMocks();
  }
  rows = await scanTable();
});
afterAll(() => Promise.all([product.stop(), issuer.stop(), slack.stop()]));

const scanTable = async (): Promise<Record<string, unknown>[]> => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(product.aws.awsEndpoint)));
  const found: Record<string, unknown>[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: TABLE })) found.push(...Items);
  return found;
};

const tell = async () => {
  const bytes = await rowsWithNames();
  await product.aws.put('assay-example-models', 'planted/rows.parquet', bytes);
  // The report says which predictions it is about.
  const report = {
    ...JSON.parse(readFileSync(join(EXAMPLE, 'evaluation.json'), 'utf8')),
    predictions_sha256: sha256(bytes),
  };
  await product.aws.put('assay-example-models', 'planted/evaluation.json', JSON.stringify(report));
  const example = await exampleManifest('1.1.0');
  const login = DANA.logins[0] ?? '';
  const manifest = {
    ...example,
    ...{ requested_by: login, trained_by: login, commit_author: login },
    evaluation_report_uri: 's3://assay-example-models/planted/evaluation.json',
    predictions: { ...Object(example['predictions']), uri: 's3://assay-example-models/planted/rows.parquet' },
    deployment: { ...Object(example['deployment']), environment: { CONTACT: 'planted-contact-of-the-container' } },
  };
  const statuses = [
    await callApi('/v1/releases', login, manifest, { 'idempotency-key': 'planted-key-of-dana@private.example' }),
    await callApi('/v1/releases', login, {
      ...manifest,
      release_id: 'no',
      trained_by: 'planted-stranger@private.example',
    }),
    await callApi('/v1/releases', 'planted-stranger@private.example', { ...manifest, release_id: 'nor-this' }),
    await callApi(`/v1/releases/${RELEASE}`, 'planted-stranger@private.example'),
  ];
  expect(
    statuses.map(([status]) => status),
    String(statuses[0]),
  ).toEqual([201, 422, 422, 200]);
  const asked = async () => {
    unsent = (await scanTable()).filter(({ pk, done_at }) => String(pk).startsWith('OUTBOX#') && done_at === undefined);
    await product.drain();
    await product.invoke('dispatch-outbox', bounced(people[0]?.email ?? '')).catch(() => undefined);
    await approveAtThePage(product, RELEASE, 'ana.silva', { comment: TYPED.atThePage, tell: keepSecret });
    const of = { product, slack, releaseId: RELEASE, role: 'risk_owner', comment: TYPED.inSlack };
    const account = { team: 'T0PLANTED', handle: 'planted-handle' };
    await approveInSlack({ ...of, member: { ...account, user: 'U0PLANTEDSTRANGER' } }, keepSecret);
    await approveInSlack({ ...of, member: { ...account, user: RUTH.slack.user_id } }, keepSecret);
    return 'approved';
  };
  await walk('release', { input: { releaseId: RELEASE }, invoke, people: asked });
  await product.drain();
  await walk('promotion', { input: { releaseId: RELEASE, attempt: 1 }, invoke, meanwhile: product.drain });
  await product.drain();
  await orderByForms();
  await product.drain();
  for (let run = 0; run < 3; run += 1) await product.invoke('extend-log', {});
};

/** What people type with an order, at the console and at the API. What is refused there is on record nowhere. */
const orderByForms = async () => {
  issuer.state.person = {
    ...{ sub: OMAR.logins[0] ?? '', groups: ['operator', 'auditor'] },
    claims: { email: 'planted-claim@private.example', name: 'Plantedclaim Name', phone_number: '+43 1 555 0100' },
  };
  const console = await signInAtConsole(product, issuer, keepSecret);
  const pages = ['me', 'now', 'refusals', `models/${MODEL}`, `releases/${RELEASE}`, `releases/${RELEASE}/evidence`];
  for (const page of pages) expect((await console.open(`/console/${page}`)).statusCode, page).toBe(200);
  const refused = { reason: 'planted-in-a-refused-order@private.example', incident: 'INC-1' };
  const holding = { reason: TYPED.forAHold, matter: 'CASE-1' };
  const orders = [
    await callApi('/v1/models/no-such-model/rollback', OMAR.logins[0] ?? '', refused),
    await callApi(`/v1/models/${MODEL}/legal-hold`, OMAR.logins[0] ?? '', holding),
  ];
  expect(
    orders.map(([status]) => status),
    JSON.stringify(orders),
  ).toEqual([404, 200]);
  const path = `/console/models/${MODEL}/rollback`;
  const rollback = { reason: TYPED.forARollback, incident: TYPED.incident, to: 'nothing' };
  await console.send(path, { ...rollback, reason: 'planted-in-a-refused-order@private.example', confirmation: 'no' });
  const { statusCode, body } = await console.send(path, { ...rollback, confirmation: MODEL });
  expect(statusCode, body).toBe(303);
  const input = { rollbackId: rollbackId(MODEL, 1) };
  await walk('rollback', { input, invoke, meanwhile: product.drain });
};

type Places = Iterable<readonly [string, Buffer | string]>;

const plantedIn = (where: Places): string[] =>
  [...where].flatMap(([place, content]) =>
    [...Object.entries(PLANTED), ['a secret', [...secrets]] as const].flatMap(([what, values]) =>
      values.filter((value) => content.includes(value)).map(() => `${what} in ${place}`),
    ),
  );

/** Where each text lies that people typed: by the first word of a key, or of a partition. */
const typedIn = (where: Places): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(TYPED).map(([what, text]) => [
      what,
      [
        ...new Set([...where].filter(([, content]) => content.includes(text)).map(([place]) => kindOf(place))),
      ].toSorted(),
    ]),
  );
const kindOf = (place: string): string => (place.includes('#') ? place.split('#') : place.split('/').slice(1))[0] ?? '';

describe('personal data (CO-4)', () => {
  it('came in by the doors, and is found where it has to be', async () => {
    const { state, pinned, reasons, createdAt } = (await product.store.get('release', RELEASE)) ?? {};
    const configuration = await objectsOf('configuration', product);
    const evidence = await objectsOf(EVIDENCE_BUCKET, product);
    const found = plantedIn([...configuration, ...evidence]);
    const inTable = plantedIn(rows.map((row) => [`${row['pk']} ${row['sk']}`, textOfRow(row)]));

    expect(state, JSON.stringify(reasons)).toBe('rolled_back');
    expect(secrets.size).toBeGreaterThan(20);
    for (const what of ['a name', 'an address', 'a login'])
      expect(found).toContain(`${what} of the directory in configuration/approvers.json`);
    const { sha256, key, keptUntil } = pinned?.evidence.predictions ?? expect.unreachable('no predictions are pinned');
    expect(key).toBe(`evidence_rows/30d/${RELEASE}/${sha256}`);
    expect(Date.parse(keptUntil ?? '') - Date.parse(createdAt ?? '')).toBe(30 * 86_400_000);
    expect(found).toContain(`a row of the evidence in ${EVIDENCE_BUCKET}/${key}`);
    expect(inTable).toContain(`a value of the environment in RELEASE#${RELEASE} META`);
    // The key is noted by its digest.
    expect(rows.some(({ pk }) => String(pk).startsWith('ONCE#'))).toBe(true);
    expect(logs).toContain('"message":"refused"');
    expect(histories.length).toBeGreaterThan(20);
    expect((await executionsOf(product)).length).toBeGreaterThan(1);
  });

  it('is in nothing that the audit bucket keeps', async () => {
    const objects = await objectsOf(AUDIT_BUCKET, product);

    expect([...objects.keys()].some((key) => key.includes('/rows/'))).toBe(true);
    expect([...objects.keys()].some((key) => key.includes('/events/'))).toBe(true);
    // Who decides in Slack is on record by the account that Slack vouched for.
    const found = plantedIn(objects).map((one) => one.replace(/audit\/(\w+)\/.*/, '$1'));
    expect(found.toSorted()).toEqual(['bundles', 'events', 'rows'].map((kind) => `an account in Slack in ${kind}`));
  });

  it('that people typed into a field of text is where they typed it to, and nowhere else', async () => {
    const objects = [...(await objectsOf(AUDIT_BUCKET, product)), ...(await objectsOf(EVIDENCE_BUCKET, product))];
    const texts = rows.map((row) => [`${row['pk']}#`, textOfRow(row)] as const);

    const inLedger = ['bundles', 'events', 'rows'];
    const decided = ['bundles', 'events', 'records', 'rows'];
    expect(typedIn(objects)).toEqual({
      ...{ atThePage: decided, inSlack: decided },
      ...{ forAHold: inLedger, forARollback: inLedger, incident: inLedger },
    });
    expect(typedIn(texts)).toEqual({
      ...{ atThePage: ['APPROVALS', 'CHAIN'], inSlack: ['APPROVALS', 'CHAIN'], forAHold: ['CHAIN', 'LEGALHOLDS'] },
      ...{ forARollback: ['CHAIN', 'ROLLBACK'], incident: ['CHAIN', 'ROLLBACK'] },
    });
    expect(typedIn([...histories, ...(await executionsOf(product))].map((text) => ['/an execution', text]))).toEqual(
      NOWHERE,
    );
    expect(typedIn([['/the logs', logs]])).toEqual(NOWHERE);
  });

  it('is in no record and no attestation, nor in anything beside the copies of evidence', async () => {
    const release = (await product.store.get('release', RELEASE)) ?? expect.unreachable('it is not there');
    const tables = evidenceFilesOf(release).filter(({ kind }) => kind !== 'document');
    const objects = await objectsOf(EVIDENCE_BUCKET, product);
    for (const table of tables) objects.delete(`${EVIDENCE_BUCKET}/${copyKey(table)}`);

    expect([...objects.keys()].filter((key) => /\/(records|attestations)\//.test(key)).length).toBeGreaterThan(5);
    expect(plantedIn(objects)).toEqual([]);
  });

  it('is in no row of the table, but for the environment of what is deployed, and what a stranger called themselves, which the refusal repeats, and the account that decided in Slack', () => {
    const texts = rows.map((row) => [`${row['pk']} ${row['sk']}`, textOfRow(row)] as const);

    const found = plantedIn(texts).map((one) => one.replace(/#[0-9a-f]{64} /, ' ').replace(/CHAIN#.*/, 'CHAIN'));
    expect([...new Set(found)].toSorted()).toEqual([
      'a stranger who asked in REFUSAL META',
      `a value of the environment in RELEASE#${RELEASE} META`,
      `an account in Slack in APPROVALS#${RELEASE} APPROVAL#ruth.meyer`,
      'an account in Slack in CHAIN',
    ]);
  });

  it('is not in what is still to be sent: a row has the id, and the address is looked up when the mail goes', () => {
    const mails = unsent.map((row) => [`${row['pk']}`, textOfRow(row)] as const);
    const invited = mails.filter(([, text]) => text.includes('send_approval_mail'));

    expect(invited.length).toBeGreaterThan(0);
    expect(invited.filter(([, text]) => !people.some(({ id }) => text.includes(id)))).toEqual([]);
    expect(plantedIn(mails)).toEqual([]);
  });

  it('is in no execution, and in no log', async () => {
    expect(plantedIn([...histories, ...(await executionsOf(product))].map((text) => ['an execution', text]))).toEqual(
      [],
    );
    expect(plantedIn([['the logs', logs]])).toEqual([]);
  });
});
