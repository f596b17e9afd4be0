import { counted, type Fault } from './fault.ts'

/** What is due by the monotonic clock comes as much later as the host slept. */
export const suspend: Fault = ({ node }, world) => {
  const processes = world.processes(node)
  const releases = processes.map(({ clock, hold }) => {
    clock.stop()
    const release = hold()
    return () => {
      clock.goOn()
      release()
    }
  })
  return counted(
    () => processes.reduce((sum, process) => sum + process.held(), 0),
    () => {
      for (const release of releases) release()
    },
  )
}
