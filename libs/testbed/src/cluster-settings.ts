/** Of the simulated cluster, in either world. */
export const clusterSettings = {
  /** An empty namespace of a real cluster takes some seconds. */
  terminatingMs: 500,
  /** A real cluster's come once a minute. */
  bookmarkIntervalMs: 100,
} as const
