/** The roles of the API: groups of a token. Each of them may read. Who may be asked to approve is in the directory. */
export const API_ROLES = {
  auditor:
    'Read every release, refusal, model and signature, and get the rows of any evidence, each time on record; set and lift legal holds.',
  operator:
    'Roll back, promote, adopt and move endpoints, release holds, withdraw requests, rotate keys, drive parked side effects again, and read.',
  releaser: 'Request releases, and read.',
  approver: 'Read every release, refusal, model and signature. Decisions are made by the links in your mail.',
} as const;
