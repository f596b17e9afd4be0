import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { startProject } from './project.ts'

// An engine that only notes what it is told: what matters here is that it is told to remove everything.
const compose = `#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in
  *' exec '*) cat /proc/sys/kernel/random/boot_id ;;
  *' up '*controller*) until [ -e "$MAY_START" ]; do sleep 0.05; done ;;
  *' down '*) exit "$DOWN_ENDS_WITH" ;;
esac
`
const docker = `#!/bin/sh
[ "$1" = ps ] && echo id || echo controller 127.0.0.1
`
let root: string
let folder: string
const at = (name: string) => join(root, name)
const calls = () => (existsSync(at('calls')) ? readFileSync(at('calls'), 'utf8') : '')

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keyrace-project '))
  folder = at('folder')
  mkdirSync(folder)
  for (const [name, script] of Object.entries({ compose, docker })) {
    writeFileSync(at(name), script)
    chmodSync(at(name), 0o755)
  }
  vi.stubEnv('PATH', `${root}${delimiter}${process.env.PATH}`)
  vi.stubEnv('CALLS', at('calls'))
  vi.stubEnv('MAY_START', at('may-start'))
  vi.stubEnv('DOWN_ENDS_WITH', '0')
  return () => {
    vi.unstubAllEnvs()
    rmSync(root, { recursive: true })
  }
})

function start() {
  const file = { version: '3.8', services: { postgres: {}, controller: {} } }
  return startProject([at('compose')], { folder, logs: root, file, environment: {} })
}

test('what was started is removed in the end, and so is the folder', async () => {
  writeFileSync(at('may-start'), '')
  const project = await start()
  expect(project.host('controller')).toBe('127.0.0.1')
  expect(calls()).not.toContain(' down ')
  await project.stop()
  expect(calls()).toContain(' down --volumes ')
  expect(existsSync(folder)).toBe(false)
})

test('it is told where containers may be left', async () => {
  writeFileSync(at('may-start'), '')
  vi.stubEnv('DOWN_ENDS_WITH', '1')
  const project = await start()
  await expect(project.stop()).rejects.toMatchObject({ code: 'stop-failed' })
})

test('who is killed while containers start leaves none', async () => {
  const script = `
    import { startProject } from ${JSON.stringify(new URL('project.ts', import.meta.url))}
    const file = { version: '3.8', services: { postgres: {}, controller: {} } }
    const options = { folder: ${JSON.stringify(folder)}, logs: ${JSON.stringify(root)} }
    await startProject([${JSON.stringify(at('compose'))}], { ...options, file, environment: {} })`
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script])
  onTestFinished(() => void owner.kill('SIGKILL'))
  await expect.poll(calls, { timeout: 10_000 }).toContain('controller')
  owner.kill('SIGKILL')
  writeFileSync(at('may-start'), '')
  await expect.poll(() => existsSync(folder), { timeout: 10_000 }).toBe(false)
  expect(calls()).toContain(' down --volumes ')
})
