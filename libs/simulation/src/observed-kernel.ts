import type { Kernel } from './kernel.ts'

/** Is told of each event as it begins, in milliseconds of virtual time: a full trace, for who reads one run. */
export type OnEvent = (t: number, label: string) => void

/** The same kernel, with somebody who watches. What is watched stays as it was, its hash included. */
export function observedKernel(kernel: Kernel, onEvent: OnEvent | undefined): Kernel {
  if (onEvent === undefined) return kernel
  return {
    ...kernel,
    schedule: (delayMs, label, run) =>
      kernel.schedule(delayMs, label, () => {
        onEvent(kernel.now(), label)
        run()
      }),
    note(label) {
      onEvent(kernel.now(), label)
      kernel.note(label)
    },
  }
}
