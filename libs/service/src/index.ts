export { readBuilderToken, tokenVariable } from './builder-token.ts'
export { CannotStart } from './cannot-start.ts'
export type { ServiceOptions } from './flags.ts'
export * as flags from './flags.ts'
export { type Neighbours, openNeighbours } from './neighbours.ts'
export { announce, createLog } from './output.ts'
export {
  openEvidence,
  openRepositories,
  orCannotListen,
  type RepositoryFolders,
} from './resources.ts'
export { runService } from './run-service.ts'
