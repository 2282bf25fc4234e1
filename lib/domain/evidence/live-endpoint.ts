import type { TlsVersion } from './deployment-descriptor.ts';

/**
 * The configuration of a model's entry point, as its own service reports it now. Undefined parts are not configured;
 * the caller decides what that means.
 */
export type EndpointConfiguration = {
  /** The lowest TLS version that any of its addresses accepts. None of them serves plain HTTP. */
  readonly minimumTls: TlsVersion;
  /** Routes that validate the body against a schema, out of all routes with a body. */
  readonly validated: { readonly routes: number; readonly of: number };
  /** The highest limit of any route; undefined if a route has no limit of its own. */
  readonly requestsPerSecond: number | undefined;
};

/** The live configuration, or why it could not be read. */
export type LiveEndpoint =
  | { readonly kind: 'read'; readonly arn: string; readonly configuration: EndpointConfiguration }
  | { readonly kind: 'unreadable'; readonly arn: string; readonly problem: string };
