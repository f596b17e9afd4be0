import type { Attempt, Operation, Read } from './history.ts'
import { idOf, type Registers } from './registers.ts'
import { covers } from './spans.ts'

/** An acknowledged push, and the last look at its repository if that began after the acknowledgement. */
export interface AcknowledgedPush {
  readonly push: Operation
  /** Undefined as well where the rows do not say what was pushed, or to which generation of the app. */
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

/**
 * Nobody knows which repository it was where the generation is not known; and the repository of an app that
 * may be gone may be gone as well, and rightly so.
 */
function saysSomething({ tips, app, generation, ...when }: Read, registers: Registers): boolean {
  if (generation === null) return false
  return tips.size > 0 || covers(registers.app(app, generation).must, when)
}
