/**
 * Where an issuer describes itself. A user pool of Cognito is reached where every SDK reaches AWS: `AWS_ENDPOINT_URL` says
 * so for them, too.
 */
export const configurationOf = (issuer: string): string => {
  const { hostname, pathname } = new URL(issuer);
  const endpoint = process.env['AWS_ENDPOINT_URL'];
  const isElsewhere = endpoint !== undefined && hostname.startsWith('cognito-idp.');
  const base = isElsewhere ? new URL(pathname, endpoint).href : issuer;
  return `${base.replace(/\/+$/, '')}/.well-known/openid-configuration`;
};
