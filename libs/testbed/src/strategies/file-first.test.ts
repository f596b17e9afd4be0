import { type PrivateFiles, StorageError } from '@keyrace/environment'
import { strategies } from '@keyrace/key-lookup'
import { createSimulatedPrivateFiles } from '@keyrace/simulation'
import { describe, expect, test } from 'vitest'
import { keyOf, withRig } from '../testing/strategy-rig.ts'

const fileFirst = strategies['file-first']
const push = { app: 'web', user: 'alice', key: keyOf('alice') }
const set = { intervalMs: 1_000, timeoutMs: 500 }
const asksAboutPush = 'authorize POST /v2/hooks/authorize'
const looksAtChanges = 'background GET /v2/hooks/changes'

describe('file-first', () => {
  test('asks about a key and an app once, and looks at what has changed each T', () =>
    withRig(fileFirst, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'allowed', source: 'rpc' })
      for (let n = 0; n < 100; n++) {
        expect(await lookup.identify(push.key)).toEqual({ kind: 'user', user: 'alice' })
        expect(await lookup.authorize(push)).toMatchObject({ kind: 'allowed', source: 'file' })
        await elapse(95)
      }
      expect(controller.requests).toEqual([asksAboutPush, ...Array(9).fill(looksAtChanges)])
    }))

  test('asks nobody while there is nothing in the file', () =>
    withRig(fileFirst, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      await elapse(60_000)
      expect(controller.requests).toEqual([])
    }))

  test('remembers neither a denial nor a failure', () =>
    withRig(fileFirst, { set }, async ({ controller, lookup }) => {
      await lookup.start()
      const mallory = { ...push, user: 'mallory', key: keyOf('mallory') }
      expect(await lookup.authorize(mallory)).toMatchObject({ kind: 'denied' })
      await controller.grant('web', 'mallory')
      controller.fault = 'silent'
      expect(await lookup.authorize(mallory)).toMatchObject({ kind: 'unknown' })
      controller.fault = 'none'
      expect(await lookup.authorize(mallory)).toMatchObject({ kind: 'allowed', source: 'rpc' })
    }))

  test('uses a file that could not be pruned to the end of its bound, and then asks', () =>
    withRig(fileFirst, { set }, async ({ controller, lookup, elapse, now }) => {
      await lookup.start()
      await lookup.authorize(push)
      await elapse(60_000)
      controller.fault = 'server-error'
      await controller.deleteApp('web')
      await elapse(499)
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'allowed', source: 'file' })
      await elapse(1_001)
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'unknown' })
      expect(now()).toBeGreaterThan(0)
    }))
})

describe('the file of file-first', () => {
  test('spares the questions of the next builder, once it was confirmed', async () => {
    const files = await fileOfAlice()
    await withRig(fileFirst, { set, files }, async ({ controller, lookup }) => {
      await lookup.start()
      expect(await lookup.identify(push.key)).toEqual({ kind: 'user', user: 'alice' })
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'allowed', source: 'file' })
      expect(controller.requests).toEqual([looksAtChanges])
    })
  })

  test('gives nobody in whose right ended while no builder ran', async () => {
    const files = await fileOfAlice()
    await withRig(fileFirst, { set, files }, async ({ controller, lookup }) => {
      await controller.deleteApp('web')
      await lookup.start()
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'denied', source: 'rpc' })
    })
  })

  test('gives nobody in as long as it could not be confirmed', async () => {
    const files = await fileOfAlice()
    await withRig(fileFirst, { set, files }, async ({ controller, lookup, elapse }) => {
      controller.fault = 'server-error'
      await lookup.start()
      expect(await lookup.identify(push.key)).toMatchObject({ kind: 'unavailable' })
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'unknown' })
      controller.fault = 'none'
      await elapse(set.intervalMs + set.timeoutMs)
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'allowed', source: 'file' })
    })
  })

  test.each([
    ['cut off', (text: string) => text.slice(0, -20)],
    ['of another history', (text: string) => text.replace('epoch-1.', 'epoch-0.')],
    ['from the future', (text: string) => text.replace(/epoch-1\.\d+/, 'epoch-1.1000')],
    ['without its first line', (text: string) => text.slice(text.indexOf('\n') + 1)],
    ["somebody else's", () => `ssh-ed25519 ${push.key.blob} alice@laptop\n`],
    ['noise', () => '\0\uFFFD'],
  ])('is passed over where it is %s', async (_, spoil) => {
    const files = await fileOfAlice()
    await files.replace('authorized_keys', spoil((await files.read('authorized_keys')) ?? ''))
    await withRig(fileFirst, { set, files }, async ({ lookup }) => {
      await lookup.start()
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'allowed', source: 'rpc' })
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'allowed', source: 'file' })
    })
  })

  test('may fail to be read and written: it spares questions, and nothing hangs on it', async () => {
    const fail = () => Promise.reject(new StorageError('EIO', 'the disk is broken'))
    await withRig(fileFirst, { set, files: { read: fail, replace: fail } }, async (rig) => {
      await rig.lookup.start()
      expect(await rig.lookup.authorize(push)).toMatchObject({ kind: 'allowed', source: 'rpc' })
      await rig.elapse(3 * set.intervalMs)
      expect(await rig.lookup.authorize(push)).toMatchObject({ kind: 'allowed', source: 'file' })
    })
  })
})

/** What a builder leaves that has admitted alice to `web`. */
async function fileOfAlice(): Promise<PrivateFiles> {
  const files = createSimulatedPrivateFiles()
  await withRig(fileFirst, { set, files }, async ({ lookup }) => {
    await lookup.start()
    await lookup.authorize(push)
  })
  expect(await files.read('authorized_keys')).toContain(` web:1" ssh-ed25519 ${push.key.blob}\n`)
  return files
}
