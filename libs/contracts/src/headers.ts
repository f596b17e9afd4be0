import type { Fill } from './leases.ts'

/** Header names, lower case as Node delivers them. */
export const headers = {
  /** The shared secret of builders, as in Deis. One token per arm, so that requests are charged to it. */
  builderToken: 'x-deis-builder-auth',
  /** `token <secret>`, as in Deis. */
  userToken: 'authorization',
  /** What a builder asks for: see `Purpose`. */
  purpose: 'x-keyrace-purpose',
  /** Names the controller's history; it changes when the database is restored from a backup. */
  epoch: 'x-keyrace-epoch',
  /** The latest mutation that the answer has seen. Revisions are in commit order. */
  revision: 'x-keyrace-revision',
  /** The generation of the app that the answer is about. */
  generation: 'x-keyrace-generation',
  /** Whether a lease lets the answer be remembered: see `Fill`. */
  fill: 'x-keyrace-fill',
  /** The code of a refusal (see errors.ts); bodies stay as Deis had them. */
  code: 'x-keyrace-code',
  /** Of conditional endpoints: `"<epoch>.<revision>"`. */
  entityTag: 'etag',
  ifNoneMatch: 'if-none-match',
  apiVersion: 'deis_api_version',
} as const

/** Requests are counted per push under these headings. */
export const purposes = ['identify', 'authorize', 'publish', 'background'] as const
export type Purpose = (typeof purposes)[number]

/** What every answer about authorization is stamped with. */
export interface Stamp {
  readonly epoch: string
  readonly revision: number
  readonly generation?: number
  readonly fill?: Fill
}
