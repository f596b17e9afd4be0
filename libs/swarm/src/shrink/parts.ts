import { fewest } from './fewest.ts'
import type { Search } from './search.ts'

export async function fewerFaults(search: Search): Promise<void> {
  await fewest(search.plan().faults, (faults) =>
    search.accepts({ ...search.plan(), faults: [...faults] }),
  )
}

export async function fewerPoints(search: Search): Promise<void> {
  await fewest(Object.entries(search.plan().points), (points) =>
    search.accepts({ ...search.plan(), points: Object.fromEntries(points) }),
  )
}

export async function fewerOperations(search: Search): Promise<void> {
  await fewest(search.plan().operations, (operations) =>
    search.accepts({ ...search.plan(), operations: [...operations] }),
  )
}
