import type { KeyLookup } from './key-lookup.ts'

/** A lookup that knows nothing once it is closed, and asks nobody. Closing it twice is closing it. */
export function closable(lookup: KeyLookup): KeyLookup {
  let closing: Promise<void> | undefined
  return {
    start: async () => closing ?? lookup.start(),
    identify: async (key) =>
      closing === undefined ? lookup.identify(key) : { kind: 'unavailable', reason: 'closed' },
    authorize: async (request) =>
      closing === undefined ? lookup.authorize(request) : { kind: 'unknown', reason: 'closed' },
    close() {
      closing ??= lookup.close()
      return closing
    },
  }
}
