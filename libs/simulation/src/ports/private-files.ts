import type { PrivateFiles } from '@keyrace/environment'

/** Files of one simulated process, in memory. */
export function createSimulatedPrivateFiles(): PrivateFiles {
  const files = new Map<string, string>()
  return {
    read: async (name) => files.get(name),
    async replace(name, text) {
      files.set(name, text)
    },
  }
}
