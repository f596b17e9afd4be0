import type { OfferedKey } from '../key-lookup.ts'

/** The key that belongs to a user, or another one of theirs; neither parses. */
export function keyOf(user: string, which = 'first'): OfferedKey {
  const name = `${user}/${which}/`
  return { fingerprint: `SHA256:${name.padEnd(43, 'A')}`, blob: btoa(name) }
}
