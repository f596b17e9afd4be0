import type { PlannedFault } from '@keyrace/contracts'
import { uniform } from '@keyrace/environment'
import type { Fate, Message } from '../ports/transmission.ts'
import { counted, type InjectedFault, type Vulnerable } from './fault.ts'

/** Befalls the messages of the link that is planned, or of all links of the node; tells whether it did anything. */
export function onLink(
  { node, peer, bothWays = false }: PlannedFault,
  { nameInPlan, network }: Vulnerable,
  befall: (message: Message, fate: Fate) => boolean,
): InjectedFault {
  let touched = 0
  const remove = network.disturb((message, fate) => {
    if (isOnLink(message) && befall(message, fate)) touched++
  })
  return counted(() => touched, remove)

  function isOnLink(message: Message): boolean {
    const from = nameInPlan(message.from)
    const to = nameInPlan(message.to)
    return isWay(from, to) || (bothWays && isWay(to, from))
  }

  function isWay(from: string, to: string): boolean {
    return from === node && (peer === undefined || to === peer)
  }
}

/** From 0 to 1; the same for this fault and this message whatever else happens. `what`: of several, which. */
export function drawFor(
  { id }: PlannedFault,
  { random }: Vulnerable,
  { label, key }: Pick<Message, 'label' | 'key'>,
  what = '',
): number {
  return uniform(random, 0, 1, `fault ${id} ${what}`, label, key)
}
