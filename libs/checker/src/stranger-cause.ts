import type { Cause } from '@keyrace/contracts'
import type { Operation } from './history.ts'
import type { Rights } from './rights.ts'

/** What somebody without any right to an app may have been taken for. */
export function causeOfStranger(decision: Operation, { registers, byName }: Rights): Cause {
  const { user, app, generation, replica, events } = decision
  const told = (code: Cause['code'], sentence: string): Cause => {
    return { code, sentence, path: [...events] }
  }
  if (byName(decision).may.some(({ from }) => from <= decision.cmp)) {
    const sentence = `${user} has a right to another generation of app ${app} than ${generation}, for which ${replica} took it`
    return told('other-generation', sentence)
  }
  const similar = registers.appsOf(user).find((other) => other !== app && isSimilar(other, app))
  if (similar !== undefined) {
    const sentence = `${user} has a right to app ${similar}, and ${replica} took that name for ${app}`
    return told('similar-name', sentence)
  }
  return told('no-such-right', `nothing in the history gives ${user} with that key a right to it`)
}

function isSimilar(one: string, other: string | null): boolean {
  const [a, b] = [one.toLowerCase(), (other ?? '').toLowerCase()]
  return a.includes(b) || b.includes(a)
}
