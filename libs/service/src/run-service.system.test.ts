import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const index = fileURLToPath(new URL('./index.ts', import.meta.url))

/** A process whose whole life is a service that starts like this. */
async function live(start: string, { exitWithParent = false } = {}) {
  const script = `
    import { CannotStart, runService } from ${JSON.stringify(index)}
    const options = { logLevel: 'warn', exitWithParent: ${exitWithParent} }
    // As a service has its sockets: without any, Node would end the process.
    setInterval(() => {}, 1_000)
    const say = (line) => process.stdout.write(line + '\\n')
    const orderOurselves = async () => {
      process.kill(process.pid, 'SIGTERM')
      await new Promise((resolve) => process.once('SIGTERM', resolve))
    }
    const start = ${start}
    await runService({ name: 'svc', longestCloseMs: 10, options, start })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script])
  child.stdin.end()
  const [stdout, stderr, [exitCode]] = await Promise.all([
    child.stdout.setEncoding('utf8').toArray(),
    child.stderr.setEncoding('utf8').toArray(),
    once(child, 'exit'),
  ])
  return { exitCode, stdout: stdout.join(''), stderr: stderr.join('') }
}

test('a service that is told to stop while it starts stops once it has started', async () => {
  const life = await live(`async () => {
    await orderOurselves()
    say('started')
    return async () => say('stopped')
  }`)
  expect(life).toEqual({ exitCode: 0, stdout: 'started\nstopped\n', stderr: '' })
})

test('a service stops where its parent is gone', async () => {
  const life = await live("async () => async () => say('stopped')", { exitWithParent: true })
  expect(life).toEqual({ exitCode: 0, stdout: 'stopped\n', stderr: '' })
})

test('a service that does not come to its end is ended', async () => {
  const life = await live(`async () => {
    await orderOurselves()
    return () => new Promise(() => {})
  }`)
  expect(life.exitCode).toBe(5)
})

test('what keeps a service from starting is told in one line', async () => {
  const life = await live("async () => { throw new CannotStart('no port: choose one') }")
  expect(life).toEqual({ exitCode: 5, stdout: '', stderr: 'svc: no port: choose one\n' })
})

test('a fault of our own is a crash with its stack', async () => {
  const life = await live("async () => { throw new TypeError('a fault') }")
  expect(life.exitCode).toBe(1)
  expect(life.stderr).toMatch(/TypeError: a fault\n +at /)
})
