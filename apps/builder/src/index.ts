export { type Builder, type BuilderDeps, type BuilderOptions, createBuilder } from './builder.ts'
export { createGitRepositories } from './repositories/git-repositories.ts'
export { hasNativeCrypto } from './ssh/native-crypto.ts'
export type { SshChannel } from './ssh/ssh-channel.ts'
