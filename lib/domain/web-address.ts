/** Addresses to which tokens are sent, and where links that decide are opened. */

const OWN: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** Whether what is sent to an address never leaves the machine. */
export const isThisMachine = ({ hostname }: URL): boolean => OWN.includes(hostname);

/** Whether nobody on the way can read or change what is sent there. */
export const isConfidential = (text: string): boolean => {
  const address = URL.parse(text);
  if (address === null) return false;
  return address.protocol === 'https:' || (address.protocol === 'http:' && isThisMachine(address));
};

/** Whether an address is a host and nothing more: another path of it would be another's, and cookies are a host's. */
export const isHostAlone = (text: string): boolean => {
  const address = URL.parse(text);
  return address !== null && address.href === `${address.origin}/`;
};
