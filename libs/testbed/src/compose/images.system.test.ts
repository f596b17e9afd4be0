import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { buildImages } from './images.ts'

test('a Compose that cannot be started fails the build, and holds up nobody', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyrace-images-'))
  onTestFinished(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
  })
  const docker = join(folder, 'docker')
  writeFileSync(docker, '#!/bin/sh\n[ "$1" = compose ] && /bin/rm "$0"\nexit 0\n')
  chmodSync(docker, 0o755)
  vi.stubEnv('PATH', folder)
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout')
  const before = timers()
  await expect(buildImages(join(folder, 'log'))).rejects.toMatchObject({ code: 'build-failed' })
  expect(timers()).toEqual(before)
})
