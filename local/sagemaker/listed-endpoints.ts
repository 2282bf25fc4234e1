import * as z from 'zod';
import { invalid, seconds } from './operation.ts';

/** What `ListEndpoints` reads of its input, and its defaults. */
export const ListEndpoints = z.object({
  LastModifiedTimeAfter: z.number().optional(),
  MaxResults: z.number().default(10),
  NextToken: z.string().optional(),
});

type Listed = {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  readonly modified: Date;
  readonly status: string;
};

/** One page, newest first as SageMaker sorts by default. The token says how many were listed before. */
export function listed(all: readonly Listed[], input: z.infer<typeof ListEndpoints>): object {
  const { LastModifiedTimeAfter: after = Number.NEGATIVE_INFINITY, MaxResults: most, NextToken: token = '0' } = input;
  if (!/^\d+$/.test(token)) throw invalid('The token is not valid.');
  const found = all
    .filter(({ modified }) => seconds(modified) > after)
    .toSorted((one, other) => other.created.getTime() - one.created.getTime());
  const end = Number(token) + most;
  return {
    Endpoints: found.slice(Number(token), end).map(({ name, arn, created, modified, status }) => ({
      EndpointName: name,
      EndpointArn: arn,
      CreationTime: seconds(created),
      LastModifiedTime: seconds(modified),
      EndpointStatus: status,
    })),
    ...(end < found.length ? { NextToken: String(end) } : {}),
  };
}
