import { ReleaseQuery } from '../../../lambdas/serve-api/releases.ts';
import { SinceWritten } from '../../../lambdas/serve-api/window.ts';
import { ReleaseManifest } from '../../domain/release/manifest.ts';
import { Paged } from '../../runtime/api-door/paged.ts';
import { EventPage, ReleaseDiff, ReleasePage, ReleaseStory } from '../answers/releases.ts';
import { ReleaseSummary } from '../answers/summary.ts';
import { BODIES } from '../named.ts';
import { ok, type Route } from '../route.ts';

const Manifest = ReleaseManifest.register(BODIES, { id: 'ReleaseManifest' });

export const RELEASE_ROUTES: readonly Route[] = [
  {
    ...{ method: 'post', path: '/releases', id: 'requestRelease', who: 'releaser', bySignature: true },
    summary: 'Request a release; the same content is one release',
    body: Manifest,
    answers: {
      200: { about: 'it was taken in before', shape: ReleaseSummary },
      201: { about: 'it was taken in', shape: ReleaseSummary },
    },
    refusals: [409],
  },
  {
    ...{ method: 'post', path: '/releases/known', id: 'findKnownRelease', who: 'any role' },
    summary: 'The release that has the content of a manifest',
    isFresh: true,
    body: Manifest,
    answers: ok(ReleaseSummary),
    refusals: [404],
  },
  {
    ...{ method: 'get', path: '/releases', id: 'listReleases', who: 'any role', bySignature: true },
    summary: 'Releases by their last change',
    query: { ...ReleaseQuery.shape, ...SinceWritten },
    answers: ok(ReleasePage),
  },
  {
    ...{ method: 'get', path: '/releases/{id}', id: 'readRelease', who: 'any role', bySignature: true },
    summary: 'A release with all that was found and decided',
    answers: ok(ReleaseStory),
    refusals: [404],
  },
  {
    ...{ method: 'get', path: '/releases/{id}/events', id: 'listReleaseEvents', who: 'any role', bySignature: true },
    summary: 'The events of a release in order',
    query: Paged.shape,
    answers: ok(EventPage),
    refusals: [404],
  },
  {
    ...{ method: 'get', path: '/releases/{before}/diff/{after}', id: 'compareReleases', who: 'any role' },
    bySignature: true,
    summary: 'What changed from one release to another',
    answers: ok(ReleaseDiff),
    refusals: [404],
  },
];
