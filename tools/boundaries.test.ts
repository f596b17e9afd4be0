import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'

interface Package {
  readonly folder: string
  readonly name: string
  readonly layer: string
  readonly dependencies: readonly string[]
}

/** From the ground up. A package imports from below its own layer only, but for the pairs named here. */
const layers = [
  'contracts',
  'ground',
  'client',
  'core',
  'harness',
  'app',
  'testbed',
  'scenario',
  'cli',
]
const allowedSideways = new Map([
  ['@keyrace/push', ['@keyrace/key-lookup']],
  ['@keyrace/swarm', ['@keyrace/scenarios']],
  ['@keyrace/service', ['@keyrace/etcd', '@keyrace/kubernetes']],
])

/** Who may use what must stay in one place. */
const confined = new Map([
  ['pg', ['controller']],
  ['kysely', ['controller']],
  ['fastify', ['controller', 'kubernetes']],
  ['etcd3', ['etcd']],
  ['@kubernetes/client-node', ['kubernetes']],
  ['ssh2', ['builder', 'load']],
])

const root = new URL('..', import.meta.url).pathname
const folders = ['{apps,libs}/*', 'scenarios', 'bench']
const packages = globSync(
  folders.map((folder) => `${folder}/package.json`),
  { cwd: root },
).map(read)
const layerOf = new Map(packages.map(({ name, layer }) => [name, layers.indexOf(layer)]))

describe.each(packages)('$name', ({ folder, name, layer, dependencies }) => {
  const own = dependencies.filter((dependency) => layerOf.has(dependency))

  test('stands in a layer, and imports from below only', () => {
    expect(layers).toContain(layer)
    const upward = own.filter((dependency) => {
      const below = (layerOf.get(dependency) ?? 0) < layers.indexOf(layer)
      return !below && !allowedSideways.get(name)?.includes(dependency)
    })
    expect(upward).toEqual([])
  })

  test('leaves to others what is theirs', () => {
    const taken = dependencies.filter((dependency) => {
      return confined.has(dependency) && !confined.get(dependency)?.includes(basename(folder))
    })
    expect(taken).toEqual([])
  })

  test('is checked after the packages that it imports', () => {
    const { references = [] } = JSON.parse(
      readFileSync(join(root, folder, 'tsconfig.json'), 'utf8'),
    )
    const referenced = references.map(({ path }: { path: string }) => {
      return read(join(folder, path, 'package.json')).name
    })
    expect(referenced.toSorted()).toEqual(own.toSorted())
  })
})

function read(path: string): Package {
  const { name, nx, ...manifest } = JSON.parse(readFileSync(join(root, path), 'utf8'))
  return {
    folder: dirname(path),
    name,
    layer: nx.tags[0].replace('layer:', ''),
    dependencies: Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }),
  }
}
