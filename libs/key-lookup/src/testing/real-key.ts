import { publicKeyOf } from '@keyrace/public-key'
import type { OfferedKey } from '../key-lookup.ts'

/** A key that parses. Nobody has its private half. */
export function realKey(name: string): OfferedKey {
  const blob = Buffer.alloc(51)
  blob.writeUInt32BE(11)
  blob.write('ssh-ed25519', 4)
  blob.writeUInt32BE(32, 15)
  blob.write(name, 19)
  const { fingerprint, blob: base64 } = publicKeyOf(blob)
  return { fingerprint, blob: base64 }
}
