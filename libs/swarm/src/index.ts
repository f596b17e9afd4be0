export { type DrawOptions, drawPlan } from './draw-plan.ts'
export {
  type ExploreDeps,
  type ExploreOptions,
  explore,
  type SwarmPool,
} from './explore/explore.ts'
export { exploreSeeds } from './explore/explore-seeds.ts'
export { nothingYet, type Tally } from './explore/tally.ts'
export { type Mark, marks } from './marks/marks.ts'
export { bruteForce, type HuntOptions, hunt, mutantIds } from './mutants/hunt.ts'
export { invariantNames } from './mutants/invariant-names.ts'
export { type HunterPool, proveMutants } from './mutants/prove.ts'
export { type PlayedWorld, playWorld } from './play-world.ts'
export { readSwarmPlan } from './read-swarm-plan.ts'
export { readReplayToken, replayToken } from './replay-token.ts'
export type { Failure } from './shrink/search.ts'
export { type ShrinkBounds, type Shrunk, shrinkPlan } from './shrink-plan.ts'
export { failuresOf, shrinkWorld } from './shrink-world.ts'
export { story } from './story.ts'
