import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { CommitVerdict } from '@keyrace/push'
import { describe, expect, test } from 'vitest'
import { hooksPath } from './git.ts'
import { answerHook } from './hook-dialogue.ts'

const line = `${'a'.repeat(40)} ${'b'.repeat(40)} refs/heads/main`

/** Runs the real hook against the real answer. */
async function run(judge: () => Promise<CommitVerdict>, lines = [line]) {
  const hook = spawn(join(hooksPath, 'pre-receive'), {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  })
  const [, , , questions, answers] = hook.stdio as unknown as Duplex[]
  const asked: unknown[] = []
  const answered = answerHook(questions as Duplex, answers as Duplex, (updates) => {
    asked.push(updates)
    return judge()
  }).catch((error: unknown) => error)
  const said = hook.stderr?.setEncoding('utf8').toArray()
  hook.stdin?.on('error', () => {}).end(lines.map((text) => `${text}\n`).join(''))
  const [code] = await once(hook, 'close')
  return { code, asked, answer: await answered, said: (await said)?.join('') }
}

describe('the pre-receive hook', () => {
  test('lets pass what the builder allows', async () => {
    const { code, asked, answer } = await run(async () => ({ allowed: true }))
    expect(code).toBe(0)
    expect(asked).toEqual([[{ old: 'a'.repeat(40), new: 'b'.repeat(40), ref: 'refs/heads/main' }]])
    expect(answer).toMatchObject({ allowed: true })
  })

  test('refuses with the builder’s words, and none that a terminal obeys', async () => {
    const message = 'denied: \u001b[31mred\u001b[0m\r\nok\u0007 $(touch x) `x` \\n'
    const { code, said } = await run(async () => ({ allowed: false, message }))
    expect(code).toBe(1)
    expect(said).toBe('denied:  [31mred [0m ok  $(touch x) `x` \\n\n')
  })

  test('refuses when the builder only says ok in the middle of a refusal', async () => {
    expect((await run(async () => ({ allowed: false, message: 'ok' }))).code).toBe(1)
  })

  test('refuses when there is no verdict', async () => {
    const { code, answer } = await run(() => Promise.reject(new Error('gone')))
    expect(code).toBe(1)
    expect(answer).toBeInstanceOf(Error)
  })

  test('asks about a thousand refs at once', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => `${line}-${index}`)
    const { code, asked } = await run(async () => ({ allowed: true }), many)
    expect(code).toBe(0)
    expect(asked[0]).toHaveLength(1_000)
  })

  test.each(['\n', '\r', '\u2028'])(
    'asks about all refs when a name holds the line %j that looks like the end of the question',
    async (lineBreak) => {
      const trap = `${line}${lineBreak}.${lineBreak}${line}-2`
      // Far more than the first read brings.
      const behind = Array.from({ length: 900 }, (_, index) => `${line}-behind-${index}`)
      const { asked } = await run(async () => ({ allowed: true }), [trap, ...behind])
      expect(asked).toHaveLength(1)
      expect(asked[0]).toContainEqual(
        expect.objectContaining({ ref: 'refs/heads/main-behind-899' }),
      )
    },
  )

  test('that ends without a question gets no verdict', async () => {
    const silent = spawn('true', { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
    const [, , , questions, answers] = silent.stdio as unknown as Duplex[]
    const judge = () => Promise.reject(new Error('asked'))
    expect(await answerHook(questions as Duplex, answers as Duplex, judge)).toBeUndefined()
  })
})
