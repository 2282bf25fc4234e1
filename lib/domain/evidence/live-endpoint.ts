import type { TlsVersion } from './deployment-descriptor.ts';

/**
 * What the entry point of a model is configured to do, as its own service tells it just now. Undefined parts are not
 * configured; the caller decides what that means.
 */
export type EndpointConfiguration = {
  /** The lowest version of TLS that any of its addresses accepts; none of them speaks plain HTTP. */
  readonly minimumTls: TlsVersion;
  /** Routes that check the body against a schema, of all routes with a body. */
  readonly validated: { readonly routes: number; readonly of: number };
  /** The loosest limit of any route; undefined if a route has none of its own. */
  readonly requestsPerSecond: number | undefined;
};

/** The live configuration, or why it could not be read. */
export type LiveEndpoint =
  | { readonly kind: 'read'; readonly arn: string; readonly configuration: EndpointConfiguration }
  | { readonly kind: 'unreadable'; readonly arn: string; readonly problem: string };
