import { sleep } from '@keyrace/environment'
import { createNetwork } from '../ports/network.ts'
import type { Simulation } from '../simulate.ts'

/** Three nodes that ask each other at seeded times: a little of everything whose order could differ. */
export async function gossip({ clock, ids, kernel, random }: Simulation): Promise<string> {
  const network = createNetwork({ kernel, random, latencyMs: { from: 1, to: 20 } })
  const nodes = ['a', 'b', 'c']
  const heard: string[] = []
  await Promise.all(nodes.flatMap((from) => nodes.map((to) => ask(from, to))))
  return heard.join(' ')

  async function ask(from: string, to: string) {
    for (let round = 1; round <= 20; round++) {
      await sleep(clock, random.uint32(from, to, round) % 10)
      const name = `${from}${to}${round}`
      await network
        .link(from, to)
        .request(name, 30, async () => heard.push(`${name}:${ids.next(to)}`))
        .catch(() => heard.push(`${name} lost`))
    }
  }
}
