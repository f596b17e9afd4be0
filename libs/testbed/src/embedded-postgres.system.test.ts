import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'

const launcher = new URL('embedded-postgres.ts', import.meta.url)
const script = `
  const { startEmbeddedPostgres } = await import(${JSON.stringify(launcher.href)})
  const { url, stop } = await startEmbeddedPostgres()
  console.log(new URL(url.replace('@/', '@host/')).searchParams.get('host'))
  process.once('SIGTERM', stop)
`

test.each(['SIGTERM', 'SIGKILL'] as const)('nothing is left of it after %s', async (signal) => {
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [folder] = await once(createInterface(owner.stdout), 'line')
  expect(existsSync(`${folder}/.s.PGSQL.5432`)).toBe(true)
  owner.kill(signal)
  await expect.poll(() => existsSync(folder), { timeout: 10_000 }).toBe(false)
})
