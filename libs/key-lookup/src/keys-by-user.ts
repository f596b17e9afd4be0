import type { KeysByUser } from '@keyrace/contracts'
import type { OfferedKey } from './key-lookup.ts'

/** Is this key among the user's? Undefined where the answer does not name the user. */
export function hasKey(body: KeysByUser, user: string, { blob }: OfferedKey): boolean | undefined {
  // A user may be called `constructor`.
  const keys = Object.hasOwn(body, user) ? body[user] : undefined
  // A line is `<algorithm> <blob>`, and the blob is the whole key: none of them needs parsing.
  const end = ` ${blob}`
  return keys?.some(({ key: line }) => line.endsWith(end))
}
