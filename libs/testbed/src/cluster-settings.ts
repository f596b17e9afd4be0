/** Of the simulated cluster, in either world. */
export const clusterSettings = {
  /** An empty namespace of a real cluster takes some seconds. */
  terminatingMs: 500,
  /** Often enough for a watch to tell a server that is silent from one that is gone. */
  bookmarkIntervalMs: 100,
} as const
