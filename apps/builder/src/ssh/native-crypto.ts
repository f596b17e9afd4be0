import { createRequire } from 'node:module'

/** Whether ssh2 found its compiled ciphers. Without them it falls back to slower ones and says nothing. */
export function hasNativeCrypto(): boolean {
  const require = createRequire(import.meta.url)
  return require('ssh2/lib/protocol/crypto.js').bindingAvailable === true
}
