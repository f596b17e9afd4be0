import { zeroSha } from '@keyrace/contracts'
import type { PushTask } from '../push-client.ts'
import { blob, commit, type GitObject, tree } from './objects.ts'
import { pack } from './pack.ts'

/** Everything of a push that does not depend on where the ref stands. */
export interface PreparedCommit {
  /** The commit on top of `old`, or a root commit where `old` is all zeros. */
  finish(old: string): FinishedCommit
}

export interface FinishedCommit {
  readonly id: string
  /** The commit and all that it consists of. */
  readonly objects: readonly GitObject[]
  /** Carries the objects. */
  readonly pack: Buffer
}

/** Prepares the commits of pushes. The same task on the same parent is the same commit. */
export function createCommitFactory(): { prepare(task: PushTask): PreparedCommit } {
  const constants = Object.entries(constantFiles).map(([name, text]) => ({
    name,
    object: blob(text),
  }))
  return {
    prepare({ app, nonce }) {
      const marker = { name: markerFile, object: blob(`${JSON.stringify({ app, nonce })}\n`) }
      const files = [...constants, marker]
      const root = tree(files.map(({ name, object }) => ({ name, id: object.id })))
      const parts = [...files.map(({ object }) => object), root]
      return {
        finish(old) {
          const parents = old === zeroSha ? [] : [old]
          const tip = commit({
            tree: root.id,
            parents,
            author,
            message: `Deploy ${app} (${nonce})`,
          })
          const objects = [tip, ...parts]
          return { id: tip.id, objects, pack: pack(objects) }
        },
      }
    },
  }
}

/** Says in each commit which push it came from. */
const markerFile = 'push.json'

const constantFiles = {
  Procfile: 'web: node server.js\n',
  'package.json': '{ "name": "app", "private": true, "scripts": { "start": "node server.js" } }\n',
  'server.js':
    "require('http').createServer((_, res) => res.end('hello')).listen(process.env.PORT)\n",
}

const author = 'keyrace <keyrace@localhost> 1500000000 +0000'
