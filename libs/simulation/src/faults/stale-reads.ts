import type { Fault } from './fault.ts'

/** As a replica that gets no news: what it shows is as it was when that began. */
export const staleReads: Fault = ({ node }, world) => world.lists.freeze(node)
