import { type Clock, sleep } from '@keyrace/environment'
import type { Host, Restartable, SimulatedProcess } from '@keyrace/simulation'

/** What runs in one life of a process. */
export interface Service {
  /** An error with a code is a neighbour's: then the process ends, and the next one is started. */
  start(): Promise<void>
  close(): Promise<void>
  /** What its host does once it was killed. */
  onKilled?(options: { readonly withoutDisk: boolean }): void
}

/** A host whose process can be killed, and is started again by the factory that production uses. */
export interface SimulatedNode<S extends Service> extends Restartable {
  readonly name: string
  /** Undefined while nobody listens. */
  service(): S | undefined
  start(): Promise<void>
  close(): Promise<void>
}

/** What a supervisor waits before it starts a process again that could not start. */
const restartPauseMs = 1_000

export function createNode<S extends Service>(deps: {
  readonly host: Host
  /** Of the supervisor. */
  readonly clock: Clock
  readonly boot: (process: SimulatedProcess) => S
  /** Takes away what is on its own disk. */
  readonly wipe?: () => void
}): SimulatedNode<S> {
  const { boot, clock, host, wipe } = deps
  let service: S | undefined
  let isListening = false
  /** That were not undone yet. */
  let kills = 0

  return {
    name: host.name,
    service: () => (isListening ? service : undefined),
    start,
    kill(options) {
      if (kills++ > 0) return false
      isListening = false
      host.process()?.kill()
      service?.onKilled?.(options)
      if (options.withoutDisk) wipe?.()
      return true
    },
    restart() {
      if (--kills === 0) void startAgain()
    },
    close: async () => (isListening ? service?.close() : undefined),
  }

  async function start(): Promise<void> {
    service = boot(host.start())
    await service.start()
    isListening = true
  }

  async function startAgain(): Promise<void> {
    while (kills === 0 && !isListening) {
      await start().catch(expectNeighbour)
      if (isListening) return
      host.process()?.kill()
      await sleep(clock, restartPauseMs)
    }
  }
}

function expectNeighbour(error: unknown): void {
  if (!(error instanceof Error && 'code' in error)) throw error
}
