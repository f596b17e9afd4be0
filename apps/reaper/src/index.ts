export { createReaper, type Reaper, type ReaperDeps, type ReaperOptions } from './reaper.ts'
export { type SourceName, sources } from './sources.ts'
