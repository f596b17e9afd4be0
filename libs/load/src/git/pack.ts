import { createHash } from 'node:crypto'
import type { GitObject } from './objects.ts'

/** A version 2 pack of whole objects, no deltas. */
export function pack(objects: readonly GitObject[]): Buffer {
  const header = Buffer.alloc(12)
  header.write('PACK')
  header.writeUInt32BE(2, 4)
  header.writeUInt32BE(objects.length, 8)
  const body = Buffer.concat([header, ...objects.map(({ packed }) => packed)])
  return Buffer.concat([body, createHash('sha1').update(body).digest()])
}
