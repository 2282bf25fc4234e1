/** How the SDK's clients are to be made; nothing for a real account, where the usual places say it. */
export type ClientSettings = {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
};
