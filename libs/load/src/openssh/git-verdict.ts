import type { PushAttempt } from '../push-client.ts'
import { readRefusal } from '../receive-pack-client.ts'

/** All that a `git push --porcelain` of one ref said until it ended. */
export interface GitWords {
  readonly stdout: string
  readonly stderr: string
  /** Null where a signal ended it. */
  readonly exitCode: number | null
  /** Whether the server let the client in. */
  readonly advertised: boolean
}

export type GitVerdict = Pick<PushAttempt, 'outcome' | 'reason'>

/** What is certain about a push whose exec request was sent. */
export function readVerdict(ref: string, words: GitWords): GitVerdict {
  return (
    readErr(words) ?? readRejection(ref, words) ?? readSuccess(ref, words) ?? readFailure(words)
  )
}

/** An ERR packet. Git says the same of a server that dies on it in the middle, which is no refusal. */
function readErr({ stderr, advertised }: GitWords): GitVerdict | undefined {
  const [, text] = /^fatal: remote error: (.*)$/m.exec(stderr) ?? []
  return text === undefined || advertised ? undefined : readRefusal(text)
}

function readRejection(ref: string, { stdout, stderr }: GitWords): GitVerdict | undefined {
  const { flag, summary } = statusOf(ref, stdout)
  const [, reason] = /^\[remote rejected\] \((.*)\)$/.exec(summary) ?? []
  if (flag !== '!' || reason === undefined) return undefined
  // Git says only that a hook declined; why, the hook has said itself.
  const words = reason.endsWith('hook declined') ? remoteLines(stderr) : ''
  return { outcome: 'rejected', reason: words || reason }
}

/** Git's ok is an acknowledgement only with exit code 0, which stands for that of the builder as well. */
function readSuccess(ref: string, { stdout, exitCode }: GitWords): GitVerdict | undefined {
  if (exitCode !== 0) return undefined
  const { flag } = statusOf(ref, stdout)
  if (flag === '=') return { outcome: 'noop', reason: null }
  return [' ', '+', '*'].includes(flag) ? { outcome: 'ok', reason: null } : undefined
}

function readFailure({ stderr, exitCode }: GitWords): GitVerdict {
  const [, text] = /^fatal: (.*)$/m.exec(stderr) ?? []
  return { outcome: 'info', reason: text ?? `exit status ${exitCode}` }
}

/** `<flag>\t<from>:<to>\t<summary>` */
function statusOf(ref: string, stdout: string): { flag: string; summary: string } {
  const rows = stdout.split('\n').map((line) => line.split('\t'))
  const [flag = '', , summary = ''] = rows.find(([, refs]) => refs?.endsWith(`:${ref}`)) ?? []
  return { flag, summary }
}

/** The server's side band. Git fills up lines with spaces that wipe out progress. */
function remoteLines(stderr: string): string {
  return stderr
    .split('\n')
    .flatMap((line) => /^remote: (.*)$/.exec(line)?.[1]?.trimEnd() ?? [])
    .join('\n')
    .trim()
}
