import type { Fault, InjectedFault, Restartable } from './fault.ts'

export const crash: Fault = ({ node }, world) =>
  kill(world.restartables(node), { withoutDisk: false })

export const crashWithoutDisk: Fault = ({ node }, world) =>
  kill(world.restartables(node), { withoutDisk: true })

export const controllerRestart: Fault = (_, world) =>
  kill(world.restartables('controller'), { withoutDisk: false })

/** Everything that it knew is gone, and whoever speaks with it finds the connection broken. */
function kill(
  restartables: readonly Restartable[],
  options: { readonly withoutDisk: boolean },
): InjectedFault {
  const killed = restartables.filter((restartable) => restartable.kill(options)).length
  let isHealed = false
  return {
    heal() {
      if (isHealed) return
      isHealed = true
      for (const restartable of restartables) restartable.restart()
    },
    effects: () => killed,
  }
}
