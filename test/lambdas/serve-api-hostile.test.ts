/** What reaches the API from outside before anything is judged: ids of any length, and bodies that two readers would read differently. */
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { anApi as apiOver, claimsOf } from '../support/api.ts';
import { aManifest } from '../support/approval-case.ts';
import { anIntake } from '../support/intake.ts';

const Body = z.record(z.string(), z.unknown());
const bindings = (claims: object = {}) =>
  claimsOf({ sub: 's', username: 'oscar', groups: ['operator', 'releaser'], ...claims });

const anApi = () => {
  const intake = anIntake();
  const looked = vi.spyOn(intake.store, 'get');
  const { store } = intake;
  const api = apiOver(intake);
  const call = async (path: string, init: RequestInit = {}, claims: object = {}) => {
    const response = await api.request(`/v1${path}`, init, bindings(claims));
    return { status: response.status, body: Body.parse(await response.json()) };
  };
  return { call, looked, store };
};

const LONG = 'x'.repeat(3000);
const EXPLAINED = JSON.stringify({ reason: 'it was a network fault' });
const ORDER = JSON.stringify({ reason: 'a fault', incident: 'INC-1' });

describe('an id that no key can hold', () => {
  it.each<[string, string, RequestInit]>([
    ['a release', `/releases/${LONG}`, {}],
    ['the first of two releases', `/releases/${LONG}/diff/r`, {}],
    ['the second of two releases', `/releases/r/diff/${LONG}`, {}],
    ['a release to promote', `/releases/${LONG}/promotion`, { method: 'POST', body: EXPLAINED }],
    ['a model to roll back', `/models/${LONG}/rollback`, { method: 'POST', body: ORDER }],
    ['a rotation', `/key-rotations/${LONG}`, {}],
    ['a release of a strange alphabet', `/releases/${encodeURIComponent('a#b\u0000/é')}`, {}],
  ])('names nothing, and the table is not asked: %s', async (_, path, init) => {
    const { call, looked, store } = anApi();

    const { status, body } = await call(path, init);

    expect({ status, title: body['title'] }).toEqual({ status: 404, title: 'NotFound' });
    expect(String(body['detail']).length).toBeLessThan(120);
    expect(looked.mock.calls.flat().filter((text) => text !== 'release' && text !== 'r')).toEqual([]);
    expect(store.commits).toBe(0);
  });

  it('in a manifest is a fault of the manifest', async () => {
    const { call } = anApi();
    const body = JSON.stringify({ ...aManifest(), release_id: LONG, model_name: LONG });

    expect(await call('/releases', { method: 'POST', body })).toMatchObject({
      status: 422,
      body: { title: 'ManifestInvalid', faults: [{ field: 'release_id' }, { field: 'model_name' }] },
    });
  });

  it.each(['sub', 'username', 'cognito:username'])('of a caller is nobody’s: %s', async (claim) => {
    const { call, store } = anApi();
    const init = { method: 'POST', body: JSON.stringify(aManifest()) };

    expect(await call('/releases', init, { [claim]: LONG })).toMatchObject({ status: 403 });
    expect(store.commits).toBe(0);
  });
});

describe('a body that two readers would read differently', () => {
  const manifest = JSON.stringify(aManifest());
  const withKey = (text: string) => `${manifest.slice(0, -1)},${text}}`;

  it.each([
    ['a key twice', withKey('"artifact_sha256": "0"'), ['artifact_sha256']],
    ['a key twice, spelt in two ways', withKey('"\\u0061rtifact_sha256" : "0"'), ['artifact_sha256']],
    ['a key twice inside', '{"deployment":{"image_uri":"a","image_uri":"b"}}', ['deployment.image_uri']],
    ['a key twice in a list', '{"a":[1,{"b":["]"]},{"c":1,"d":{"c":0},"c":2}]}', ['a.2.c']],
    ['an empty key twice', '{"":1,"":2}', ['']],
    ['two keys twice', '{"a":1,"b":{"c":1,"c":2},"a":2}', ['b.c', 'a']],
    ['a key more often than it can be said', `{${'"a":1,'.repeat(5000)}"a":2}`, Array(10).fill('a')],
  ])('is refused, naming the key: %s', async (_, body, fields) => {
    const { call, store } = anApi();

    expect(await call('/releases', { method: 'POST', body })).toEqual({
      status: 400,
      body: {
        type: 'https://assay.dev/problems/BodyUnreadable',
        title: 'BodyUnreadable',
        status: 400,
        detail: 'the body has a key twice',
        faults: fields.map((field) => ({ field, problem: 'appears twice' })),
      },
    });
    expect(store.commits).toBe(0);
  });

  it('is refused wherever a body is read', async () => {
    const { call } = anApi();
    const order = '{"reason":"a","incident":"INC-1","reason":"b"}';

    for (const path of ['/models/m/rollback', '/key-rotations', '/releases/r/promotion']) {
      expect(await call(path, { method: 'POST', body: order })).toMatchObject({
        status: 400,
        body: { faults: [{ field: 'reason' }] },
      });
    }
  });

  it.each([
    ['a byte that is none', [0xff]],
    ['half a character', [0xc3]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
  ])('is refused when it is not UTF-8: %s', async (_, bytes) => {
    const { call } = anApi();
    const body = Buffer.concat([Buffer.from('{"reason":"'), Buffer.from(bytes), Buffer.from('"}')]);

    expect(await call('/releases/r/promotion', { method: 'POST', body })).toMatchObject({
      status: 400,
      body: { title: 'BodyUnreadable', detail: 'the body is not UTF-8', faults: [{ field: 'body' }] },
    });
  });

  it('is none where keys are equal in different objects, or a text looks like a key', async () => {
    const { call } = anApi();
    const text = JSON.stringify({ a: { b: 1, c: '"b":' }, b: [{ a: 1 }, { a: 2 }, 'a', 'a'], c: 'a', 'd\\': '\\"' });

    expect(await call('/releases', { method: 'POST', body: text })).toMatchObject({
      status: 422,
      body: { title: 'ManifestInvalid' },
    });
  });
});
