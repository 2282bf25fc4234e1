/** Settings for the SDK's clients. Empty for a real account, for which the SDK reads its usual sources. */
export type ClientSettings = {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
};
