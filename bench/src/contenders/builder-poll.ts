import { startBuilder } from '../servers/builder.ts'
import type { Contender } from './contender.ts'

/** Our builder with the strategy `poll`. */
export const builderPoll: Contender = {
  name: 'builder-poll',
  description: 'answers from a copy that it reads anew each second',
  missing: () => undefined,
  start: (site) => startBuilder('builder-poll', 'poll', site),
}
