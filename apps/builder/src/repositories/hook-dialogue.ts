import type { Duplex } from 'node:stream'
import type { RefUpdate } from '@keyrace/contracts'
import type { CommitVerdict } from '@keyrace/push'
import { parseUpdates } from './ref-updates.ts'

export interface HookAnswer {
  readonly updates: readonly RefUpdate[]
  readonly allowed: boolean
}

/**
 * In characters, and more than any push may have: what is beyond is read, and dropped. What is left is
 * still too many updates or too long a name, so it is refused.
 */
const longestQuestion = 1_000_000

/**
 * The builder's side of the pre-receive hook: reads the updates up to a dot, gives the verdict. Undefined
 * when the hook never asked. When `judge` rejects there is no verdict, which the hook takes for a no.
 */
export async function answerHook(
  questions: Duplex,
  answers: Duplex,
  judge: (updates: readonly RefUpdate[]) => Promise<CommitVerdict>,
): Promise<HookAnswer | undefined> {
  // Either end may vanish at any time; how git ended tells what that meant.
  for (const stream of [questions, answers]) stream.on('error', () => {}).resume()
  try {
    const lines = await readQuestion(questions)
    if (lines === undefined) return undefined
    const updates = parseUpdates(lines)
    const verdict = await judge(updates)
    answers.write(verdict.allowed ? 'ok\n' : `no ${printable(verdict.message)}\n`)
    return { updates, allowed: verdict.allowed }
  } finally {
    answers.end()
  }
}

/** Lines as the shell has them: whatever else Unicode takes for a line break is part of a name. */
function readQuestion(questions: Duplex): Promise<readonly string[] | undefined> {
  return new Promise((resolve) => {
    const updates: string[] = []
    let length = 0
    let unfinished = ''
    questions
      .setEncoding('utf8')
      .on('data', (text: string) => {
        const lines = (unfinished + text).split('\n')
        unfinished = lines.pop() ?? ''
        for (const line of lines) take(line)
      })
      .on('close', () => resolve(undefined))

    function take(line: string) {
      if (line === '.') return resolve(updates)
      length += line.length
      if (length <= longestQuestion) updates.push(line.slice('+'.length))
    }
  })
}

/** Without control characters: the message ends up in somebody's terminal. */
function printable(message: string): string {
  return message.replace(/\p{Cc}+/gu, ' ')
}
