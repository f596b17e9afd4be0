import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { renderAuthorizedKeys } from './authorized-keys.ts'
import { realKey } from './testing/real-key.ts'

const run = promisify(execFile)

test("OpenSSH's parser finds the same keys in the file as we put into it", async () => {
  const keys = ['alice', 'bob'].map((user) => ({
    user,
    key: realKey(user),
    apps: [{ app: 'web', generation: 1 }],
  }))
  const folder = await mkdtemp(join(tmpdir(), 'keyrace-'))
  try {
    const file = join(folder, 'authorized_keys')
    await writeFile(file, renderAuthorizedKeys(keys, 'as of epoch-1.7'))
    const { stdout } = await run('ssh-keygen', ['-l', '-f', file])
    const found = stdout.trimEnd().split('\n')
    expect(found.map((line) => line.split(' ')[1])).toEqual(keys.map(({ key }) => key.fingerprint))
  } finally {
    await rm(folder, { recursive: true })
  }
})
