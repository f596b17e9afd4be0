import { type Service, type ServiceOptions, startService } from '../real/service.ts'

/** One of our apps as a process that can be killed, and started again with the same arguments. */
export interface Restartable {
  readonly pid: number
  /** Resolves when it is dead. */
  kill(): Promise<void>
  restart(): Promise<void>
  signal(signal: NodeJS.Signals): void
  stop(): Promise<void>
}

export async function startRestartable(options: ServiceOptions): Promise<Restartable> {
  let service: Service<unknown> = await startService(options)
  return {
    get pid() {
      return service.pid
    },
    async kill() {
      service.signal('SIGKILL')
      await service.ended
    },
    async restart() {
      service = await startService(options)
    },
    signal: (signal) => service.signal(signal),
    async stop() {
      service.signal('SIGCONT')
      await service.stop()
    },
  }
}
