import type { Attempt, Operation, Read } from './history.ts'
import { idOf, type Registers } from './registers.ts'
import { covers } from './spans.ts'

/** An acknowledged push, and the last look at its repository if that began after the acknowledgement. */
export interface AcknowledgedPush {
  readonly push: Operation
  /** Undefined as well where the rows do not say what was pushed. */
  readonly read: Read | undefined
}

export function acknowledgedPushes(context: {
  readonly attempts: readonly Attempt[]
  readonly reads: readonly Read[]
  readonly rights: { readonly registers: Registers }
}): readonly AcknowledgedPush[] {
  const lastReads = new Map<string, Read>()
  for (const read of context.reads) {
    const id = idOf(read.app, read.generation)
    const last = lastReads.get(id)
    const later = last === undefined || last.inv < read.inv
    if (later && saysSomething(read, context.rights.registers)) lastReads.set(id, read)
  }
  return context.attempts.flatMap(({ push }) => {
    if (push.type !== 'ok') return []
    const read = lastReads.get(idOf(push.app, push.generation))
    const tells = read !== undefined && push.new !== null && push.cmp < read.inv
    return [{ push, read: tells ? read : undefined }]
  })
}

/** The repository of an app that may be gone may be gone as well, and rightly so. */
function saysSomething(read: Read, registers: Registers): boolean {
  if (read.tips.size > 0 || read.generation === null) return true
  return covers(registers.app(read.app, read.generation).must, read)
}
