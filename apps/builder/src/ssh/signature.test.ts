import type { PublicKeyAuthContext } from 'ssh2'
import { describe, expect, test } from 'vitest'
import { hasValidSignature, isAcceptable } from './signature.ts'

function sshString(content: string | Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(content))
  return Buffer.concat([length, Buffer.from(content)])
}

function request(algo: string, data: Buffer): PublicKeyAuthContext {
  const signed = { signature: Buffer.alloc(64, 1), blob: Buffer.from('x'), hashAlgo: 'sha256' }
  return { key: { algo, data }, ...signed } as unknown as PublicKeyAuthContext
}

describe('a malformed key', () => {
  test.each([
    ['without numbers', 'ssh-rsa', [sshString(''), sshString('')]],
    ['with a number cut short', 'ssh-rsa', [Buffer.from('000003ff01', 'hex')]],
    [
      'with no point on the curve',
      'ecdsa-sha2-nistp256',
      [sshString('nistp256'), sshString('no point')],
    ],
    ['too short', 'ssh-ed25519', [sshString('short')]],
    ['with something behind', 'ssh-ed25519', [sshString(Buffer.alloc(32)), sshString('behind')]],
    ['of a type that nobody knows', 'ssh-nothing', []],
  ])('%s verifies nothing, and is no fault of ours', (_, algo, parts) => {
    const asked = request(algo, Buffer.concat([sshString(algo), ...parts]))
    expect(() => isAcceptable(asked)).not.toThrow()
    expect(hasValidSignature(asked)).toBe(false)
  })
})
