import { exitCodes } from '@keyrace/contracts'
import type { Clock } from '@keyrace/environment'
import type { Process } from './deps.ts'

// One Ctrl-C may arrive more than once: from the terminal, and from a parent such as npx that passes it on.
const sameKeystrokeMs = 500

export interface Interruption {
  readonly signal: AbortSignal
  /** 130 or 143 once a signal has come. */
  exitCode(): number | undefined
  stop(): void
}

/** The first SIGINT or SIGTERM asks for an early end; a second one ends the process at once. */
export function listenForInterruption(process: Process, clock: Clock): Interruption {
  const controller = new AbortController()
  let first: { readonly at: number; readonly exitCode: number } | undefined

  process.on('SIGINT', receive)
  process.on('SIGTERM', receive)
  return {
    signal: controller.signal,
    exitCode: () => first?.exitCode,
    stop() {
      process.off('SIGINT', receive)
      process.off('SIGTERM', receive)
    },
  }

  function receive(name: 'SIGINT' | 'SIGTERM') {
    const exitCode = name === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated
    if (first === undefined) {
      first = { at: clock.now(), exitCode }
      controller.abort()
    } else if (clock.now() - first.at > sameKeystrokeMs) {
      process.exit(exitCode)
    }
  }
}
