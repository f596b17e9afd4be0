import type { Invalidation } from '@keyrace/contracts'

/** Revoke, then commit: nobody remembers a right any more when the mutation that ends it commits. */
export interface Revocations {
  /**
   * Disturbs everybody who has a lease, so what will be refused should not come here. `commit` ends no right
   * but those that are named.
   */
  revoke<T extends object>(
    invalidations: readonly Invalidation[],
    commit: () => Promise<T>,
  ): Promise<T>
}
