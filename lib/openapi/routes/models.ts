import { Adoption, Explained, Order, RollbackOrder } from '../../../lambdas/serve-api/body.ts';
import { Move } from '../../../lambdas/serve-api/endpoints.ts';
import { ModelQuery } from '../../../lambdas/serve-api/models.ts';
import { Paged } from '../../runtime/api-door/paged.ts';
import { Hold, HoldPage } from '../answers/holds.ts';
import {
  Endpoint,
  EndpointMove,
  EndpointPage,
  Model,
  ModelPage,
  Posture,
  PosturePage,
  Review,
  ReviewPage,
  Rollback,
  Served,
} from '../answers/models.ts';
import { BODIES } from '../named.ts';
import { ok, type Route } from '../route.ts';

Adoption.register(BODIES, { id: 'Adoption' });
Move.register(BODIES, { id: 'Move' });
RollbackOrder.register(BODIES, { id: 'RollbackOrder' });

export const MODEL_ROUTES: readonly Route[] = [
  {
    ...{ method: 'get', path: '/models', id: 'listModels', who: 'any role', bySignature: true },
    summary: 'Models by name, with what serves of each and whether that is governed',
    query: ModelQuery.shape,
    answers: ok(ModelPage),
  },
  {
    ...{ method: 'get', path: '/models/{model}', id: 'readModel', who: 'any role', bySignature: true },
    summary: 'What serves of a model, what comes next, and the way back',
    answers: ok(Model),
    refusals: [404, 409],
  },
  {
    ...{ method: 'get', path: '/models/{model}/posture', id: 'readPosture', who: 'any role', bySignature: true },
    summary: 'How far the governance of what serves of a model has come',
    answers: ok(Posture),
    refusals: [404],
  },
  {
    ...{ method: 'get', path: '/posture', id: 'listPostures', who: 'any role', bySignature: true },
    summary: 'How far the governance of each model that serves has come, with proof and the next step',
    query: Paged.shape,
    answers: ok(PosturePage),
  },
  {
    ...{ method: 'post', path: '/models/{model}/rollback', id: 'rollBack', who: 'operator' },
    summary: 'Roll back what serves',
    body: RollbackOrder,
    answers: {
      200: { about: 'it is under way', shape: Rollback },
      202: { about: 'it is requested', shape: Rollback },
    },
    refusals: [404, 409],
  },
  {
    ...{ method: 'get', path: '/holds', id: 'listHolds', who: 'any role' },
    summary: 'Models of which nothing is promoted since a rollback',
    query: Paged.shape,
    answers: ok(HoldPage),
  },
  {
    ...{ method: 'post', path: '/models/{model}/hold/release', id: 'releaseHold', who: 'operator' },
    summary: 'Agree that the hold of a model ends',
    body: Order,
    answers: {
      200: { about: 'it is released', shape: Hold },
      202: { about: 'another operator is needed', shape: Hold },
    },
    refusals: [404, 409],
  },
  {
    ...{ method: 'get', path: '/endpoints', id: 'listEndpoints', who: 'any role' },
    summary: 'Endpoints, each with its model',
    query: Paged.shape,
    answers: ok(EndpointPage),
  },
  {
    ...{ method: 'get', path: '/endpoints/{endpoint}/served', id: 'readServed', who: 'any role' },
    summary: 'What an endpoint served since when',
    answers: ok(Served),
    refusals: [404],
  },
  {
    ...{ method: 'post', path: '/endpoints/{endpoint}/adopt', id: 'adoptEndpoint', who: 'operator' },
    summary: 'Let an endpoint belong to a model',
    body: Adoption,
    answers: {
      200: { about: 'it was adopted before', shape: Endpoint },
      201: { about: 'it is adopted', shape: Endpoint },
    },
    refusals: [404, 409],
  },
  {
    ...{ method: 'post', path: '/models/{model}/endpoint/move', id: 'moveEndpoint', who: 'operator' },
    summary: 'Move what serves to another endpoint',
    body: Move,
    answers: {
      200: { about: 'how far it is', shape: EndpointMove },
      202: { about: 'it is requested', shape: EndpointMove },
    },
    refusals: [404, 409],
  },
  {
    ...{ method: 'get', path: '/reviews', id: 'listReviews', who: 'any role' },
    summary: 'When what serves has to be reviewed',
    query: Paged.shape,
    answers: ok(ReviewPage),
  },
  {
    ...{ method: 'post', path: '/models/{model}/review', id: 'recordReview', who: 'operator' },
    summary: 'Put on record that what serves was reviewed',
    body: Explained,
    answers: ok(Review),
    refusals: [404, 409],
  },
];
