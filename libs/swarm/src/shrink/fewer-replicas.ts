import type { SwarmPlan } from '@keyrace/contracts'
import type { Search } from './search.ts'

/** Leaves out builders with what befalls them: with the pushes to them if it can be, else these go elsewhere. */
export async function fewerReplicas(search: Search): Promise<void> {
  for (let number = search.plan().replicas; number >= 1; number--) {
    if (search.plan().replicas === 1) return
    const dropped = withoutReplica(search.plan(), number)
    if (await search.accepts(dropped)) continue
    await search.accepts(withoutReplica(moved(search.plan(), number), number))
  }
}

/** Builders are numbered without a gap, so those after it move up. */
function withoutReplica(plan: SwarmPlan, number: number): SwarmPlan {
  const gone = nameOf(number)
  const later = new Map<string, string>()
  for (let i = number + 1; i <= plan.replicas; i++) later.set(nameOf(i), nameOf(i - 1))
  const renamed = (name: string) => later.get(name) ?? name
  return {
    ...plan,
    replicas: plan.replicas - 1,
    operations: plan.operations
      .filter(({ replica }) => replica !== gone)
      .map(({ replica, ...operation }) =>
        replica === undefined ? operation : { ...operation, replica: renamed(replica) },
      ),
    faults: plan.faults
      .filter(({ node, peer }) => node !== gone && peer !== gone)
      .map(({ peer, ...fault }) => ({
        ...fault,
        node: renamed(fault.node),
        ...(peer === undefined ? {} : { peer: renamed(peer) }),
      })),
  }
}

/** A connection leads to one builder: on another one it is another connection. */
function moved(plan: SwarmPlan, number: number): SwarmPlan {
  const [from, to] = [nameOf(number), nameOf(number === 1 ? 2 : 1)]
  return {
    ...plan,
    operations: plan.operations.map((operation) => {
      if (operation.replica !== from) return operation
      const { connection, ...push } = operation
      return {
        ...push,
        replica: to,
        ...(connection === undefined ? {} : { connection: `${connection}@${from}` }),
      }
    }),
  }
}

function nameOf(number: number): string {
  return `builder-${number}`
}
