import { createTextHash } from '@keyrace/environment'

/** A fingerprint of everything that happened, in order. Integers only: the same on every platform. */
export interface TraceHash {
  add(at: number, label: string): void
  /** Eight hexadecimal digits. */
  digest(): string
}

export function createTraceHash(): TraceHash {
  const hashOf = createTextHash()
  let hash = 0
  return {
    add(at, label) {
      const withTime = fold(fold(hash, at >>> 0), Math.floor(at / 0x1_0000_0000))
      hash = fold(withTime, hashOf(label))
    },
    digest: () => (hash >>> 0).toString(16).padStart(8, '0'),
  }
}

function fold(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1)
  return mixed ^ (mixed >>> 15)
}
