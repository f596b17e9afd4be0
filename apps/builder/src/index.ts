export { type Builder, type BuilderDeps, type BuilderOptions, createBuilder } from './builder.ts'
export { hasNativeCrypto } from './ssh/native-crypto.ts'
