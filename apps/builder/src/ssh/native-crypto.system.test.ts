import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { hasNativeCrypto } from './native-crypto.ts'

const binding = 'ssh2/lib/protocol/crypto/build/Release/sshcrypto.node'

// Built against the headers of Node 24.19 to 24.21 it aborts there (nodejs/node#65446): a builder died by it.
test.skipIf(!hasNativeCrypto())(
  "a process outlives the collection of ssh2's native ciphers from outside of JavaScript",
  async () => {
    const script = `
      const { AESGCMCipher } = require(${JSON.stringify(createRequire(import.meta.url).resolve(binding))})
      for (let n = 0; n < 1_000; n++) {
        new AESGCMCipher('aes-128-gcm', Buffer.alloc(16), Buffer.alloc(12))
      }
      gc({ type: 'major', execution: 'async' }).then(() => console.log('alive'))`
    const run = promisify(execFile)(process.execPath, ['--expose-gc', '--eval', script])
    await expect(run).resolves.toMatchObject({ stdout: 'alive\n' })
  },
)
