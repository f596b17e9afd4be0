import type { Interface } from 'node:readline'
import type { Clock } from '@keyrace/environment'

/** What an `ssh -v` tells of itself. */
export interface SshLog {
  readonly stamps: {
    readonly connectedAt: number
    readonly keyExchangedAt: number
    readonly authenticatedAt: number
  }
  /** True once the connection can carry sessions; false when ssh ended before. */
  readonly opened: Promise<boolean>
  hasEnded(): boolean
  /** The last that it said to people. */
  lastWords(): string
  /** Tells of each exec request right before it is sent, until another listener is set. */
  listen(onExec: () => void): void
}

export function readSshLog(lines: Interface, clock: Clock): SshLog {
  const stamps = { connectedAt: 0, keyExchangedAt: 0, authenticatedAt: 0 }
  const opened = Promise.withResolvers<boolean>()
  let ended = false
  let lastWords = 'ssh ended'
  let onExec = () => {}

  lines.on('line', (line) => {
    if (line.startsWith('debug1: Sending command: ')) onExec()
    else if (line.startsWith('debug1: Connection established')) stamps.connectedAt = clock.now()
    else if (line === 'debug1: SSH2_MSG_NEWKEYS received') stamps.keyExchangedAt ||= clock.now()
    else if (line.startsWith('Authenticated to ')) stamps.authenticatedAt = clock.now()
    else if (line === 'debug1: Entering interactive session.') opened.resolve(true)
    else if (!/^(debug|$)/.test(line)) lastWords = line
  })
  lines.once('close', () => {
    ended = true
    opened.resolve(false)
  })
  return {
    stamps,
    opened: opened.promise,
    hasEnded: () => ended,
    lastWords: () => lastWords,
    listen(listener) {
      onExec = listener
    },
  }
}
