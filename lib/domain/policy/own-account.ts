/** The account that a deployment is in, in the names of its buckets: a file is made before anybody knows which it is. */
export const OWN_ACCOUNT = '<account>';
