import { counted, type Fault } from './fault.ts'

export const pause: Fault = ({ node }, world) => {
  const processes = world.processes(node)
  const releases = processes.map((process) => process.hold())
  return counted(
    () => processes.reduce((sum, process) => sum + process.held(), 0),
    () => {
      for (const release of releases) release()
    },
  )
}
