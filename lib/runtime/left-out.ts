import type { Listed } from '../domain/change/page.ts';
import type { ReleaseStore } from '../domain/change/release-store.ts';
import { logger } from './logger.ts';

/** The store, whose lists say in the log of rows that were left out of them: somebody has written them, or they are of another version. */
export const sayingWhatIsLeftOut = <
  Store extends Pick<ReleaseStore, 'releasePage' | 'page' | 'models' | 'releasesOfPackage'>,
>(
  store: Store,
): Store => {
  const page: ReleaseStore['page'] = async (name, asked) => said(name, await store.page(name, asked));
  const releasePage: ReleaseStore['releasePage'] = async (filter, asked) =>
    said('release', await store.releasePage(filter, asked));
  const models: ReleaseStore['models'] = async (asked) => said('model', await store.models(asked));
  const releasesOfPackage: ReleaseStore['releasesOfPackage'] = async (arn) =>
    said('package', await store.releasesOfPackage(arn));
  return { ...store, page, releasePage, models, releasesOfPackage };
};

const said = <P extends Listed<unknown>>(list: string, page: P): P => {
  if (page.leftOut !== undefined) logger.warn('rows left out of a list', { list, count: page.leftOut });
  return page;
};
