export { type Builder, type BuilderDeps, type BuilderOptions, createBuilder } from './builder.ts'
