import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { type AppGeneration, AppName, Generation } from './identifiers.ts'

/** What became of a name: its latest generation, and whether that one stands. All before it are gone. */
export const LatestGeneration = Type.Object({
  app: AppName,
  generation: Generation,
  stands: Type.Boolean(),
})
export type LatestGeneration = Static<typeof LatestGeneration>

/** Known to be gone, for ever. A generation that the controller has not come to yet is not. */
export function isGone({ app, generation }: AppGeneration, latest: LatestGeneration): boolean {
  if (app !== latest.app) return false
  return generation < latest.generation || (generation === latest.generation && !latest.stands)
}

export const latestGeneration = endpoint({
  method: 'GET',
  path: '/v2/hooks/generations/:app',
  access: 'builder',
  summary:
    'The latest generation of a name, and whether it stands; refused where there never was one',
  params: Type.Object({ app: AppName }),
  status: 200,
  reply: LatestGeneration,
  refusals: ['app-not-found'],
})

export const latestGenerations = endpoint({
  method: 'GET',
  path: '/v2/hooks/generations',
  access: 'builder',
  summary: 'The latest generation of every name that there ever was, by name',
  status: 200,
  reply: Type.Object({ generations: Type.Array(LatestGeneration) }),
  refusals: [],
})
