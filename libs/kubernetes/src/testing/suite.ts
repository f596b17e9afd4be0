import { setTimeout as delay } from 'node:timers/promises'
import { type NamespaceEvent, type Namespaces, NamespacesError } from '@keyrace/environment'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** How the cluster behind must be set up. */
export const suiteCluster = { terminatingMs: 1_000, bookmarkIntervalMs: 20, longestHistory: 50 }

export interface Reachable {
  readonly namespaces: Namespaces
  readonly stop: () => Promise<void>
}

const soon = { timeoutMs: 10_000 }

/** What every Namespaces must do, against a cluster without any. */
export function describeNamespaces(name: string, open: () => Promise<Reachable>): void {
  describe(`${name}, as all namespaces,`, () => {
    let there: Reachable
    let namespaces: Namespaces
    beforeAll(async () => {
      there = await open()
      namespaces = there.namespaces
    })
    afterAll(async () => {
      await namespaces.close()
      await there.stop()
    })

    test('are listed where all labels match, and not by the name of one', async () => {
      await namespaces.create({ name: 'a', labels: { run: 'list', tier: '1' } }, soon)
      await namespaces.create({ name: 'b', labels: { run: 'list', tier: '2' } }, soon)
      await namespaces.create({ name: 'c', labels: { run: 'lists' } }, soon)
      expect(await listed({ run: 'list' })).toMatchObject([
        { name: 'a', labels: { run: 'list', tier: '1' }, phase: 'Active' },
        { name: 'b', labels: { run: 'list', tier: '2' }, phase: 'Active' },
      ])
      expect(await listed({ run: 'list', tier: '2' })).toMatchObject([{ name: 'b' }])
      expect(await listed({ run: 'nothing' })).toEqual([])
    })

    test('are Terminating for a while, and their names are taken until they are gone', async () => {
      const labels = { run: 'terminating' }
      await namespaces.create({ name: 'ending', labels }, soon)
      const [before] = await listed(labels)
      if (before === undefined) return expect.unreachable()
      await namespaces.delete(before, soon)
      expect(await listed(labels)).toEqual([{ ...before, phase: 'Terminating' }])
      await expect(namespaces.create({ name: 'ending', labels }, soon)).rejects.toMatchObject({
        name: 'NamespacesError',
        code: 'already-exists',
      })
      await onceFree(() => namespaces.create({ name: 'ending', labels }, soon))
      const [after] = await listed(labels)
      expect(after).toMatchObject({ name: 'ending', phase: 'Active' })
      expect(after?.uid).not.toBe(before.uid)
      // Late, and meant for the one before.
      await namespaces.delete(before, soon)
      expect(await listed(labels)).toMatchObject([{ phase: 'Active' }])
    })

    test('that are there no more are deleted already', async () => {
      await namespaces.delete({ name: 'never-there', uid: 'x' }, soon)
    })

    test('are watched from the version of a list on, by labels, with bookmarks in between', async () => {
      const labels = { run: 'watch' }
      const { resourceVersion } = await namespaces.list({ labels, ...soon })
      await namespaces.create({ name: 'seen', labels }, soon)
      await namespaces.create({ name: 'unseen', labels: {} }, soon)
      const ending = new AbortController()
      const events: NamespaceEvent[] = []
      for await (const event of namespaces.watch({
        ...{ labels, resourceVersion },
        signal: ending.signal,
      })) {
        if (event.kind === 'bookmark' && events.at(-1)?.kind === 'bookmark') continue
        events.push(event)
        if (events.length === 2 && event.kind === 'bookmark') {
          const [seen] = await listed(labels)
          if (seen !== undefined) await namespaces.delete(seen, soon)
        }
        if (event.kind === 'gone') ending.abort()
      }
      const told = events.filter(({ kind }) => kind !== 'bookmark')
      const named = (kind: string, phase: string) => ({ kind, namespace: { name: 'seen', phase } })
      expect(told).toMatchObject([
        named('standing', 'Active'),
        named('standing', 'Terminating'),
        named('gone', 'Terminating'),
      ])
      expect(events.some(({ kind }) => kind === 'bookmark')).toBe(true)
    })

    test('cannot be watched from a version that is forgotten', async () => {
      const { resourceVersion } = await namespaces.list({ labels: {}, ...soon })
      for (let n = 0; n <= suiteCluster.longestHistory; n++) {
        await namespaces.create({ name: `forgotten-${n}`, labels: {} }, soon)
      }
      const { signal } = new AbortController()
      const watching = namespaces.watch({ labels: {}, resourceVersion, signal })
      const first = watching[Symbol.asyncIterator]().next()
      await expect(first).rejects.toMatchObject({ name: 'NamespacesError', code: 'gone' })
    })

    test('are watched no longer than the signal allows', async () => {
      const { resourceVersion } = await namespaces.list({ labels: {}, ...soon })
      const signal = AbortSignal.abort()
      const events = namespaces.watch({ labels: {}, resourceVersion, signal })
      expect(await events[Symbol.asyncIterator]().next()).toMatchObject({ done: true })
    })

    async function listed(labels: Readonly<Record<string, string>>) {
      return (await namespaces.list({ labels, ...soon })).namespaces
    }
  })
}

/** Again and again as long as the name is taken. */
async function onceFree(create: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await create()
    } catch (error) {
      if (!(error instanceof NamespacesError) || error.code !== 'already-exists') throw error
      await delay(20)
    }
  }
}
