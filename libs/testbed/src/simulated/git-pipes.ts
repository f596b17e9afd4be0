import type { SimulatedProcess } from '@keyrace/simulation'
import type { SimulatedChannel } from './channel.ts'
import type { SimulatedRepositories } from './repositories.ts'

/**
 * Git is a process of its own, which speaks with its builder through pipes: what comes through one is read when the
 * builder runs, and by nobody where it is dead.
 */
export function throughPipes(
  process: SimulatedProcess,
  repositories: SimulatedRepositories,
): SimulatedRepositories {
  return {
    ...repositories,
    receive: (push, channel, { attached, decide }) =>
      read(
        process,
        repositories.receive(push, relay(process, channel), {
          attached,
          decide: (updates) => inProcess(process, () => decide(updates)),
        }),
      ),
  }
}

function relay(process: SimulatedProcess, channel: SimulatedChannel): SimulatedChannel {
  return {
    ...channel,
    advertise: (refs) => inProcess(process, () => channel.advertise(refs)),
    report: (reports) => process.enter(() => channel.report(reports)),
  }
}

function inProcess<T>(process: SimulatedProcess, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => process.enter(() => work().then(resolve, reject)))
}

function read<T>(process: SimulatedProcess, written: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    written.then(
      (value) => process.enter(() => resolve(value)),
      (error) => process.enter(() => reject(error)),
    )
  })
}
