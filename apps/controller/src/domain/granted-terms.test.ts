import { expect, test } from 'vitest'
import { createGrantedTerms } from './granted-terms.ts'

test('a term is kept once in each history, unless a longer one comes', async () => {
  const kept: string[] = []
  const store = {
    epoch: 'e-1',
    keptTermMs: async () => 0,
    keepTerm: async (kind: string, termMs: number) =>
      void kept.push(`${store.epoch} ${kind} ${termMs}`),
  }
  const granted = createGrantedTerms(store, 'lease')
  for (const termMs of [10, 10, 5, 20, 10]) await granted.keep(termMs)
  store.epoch = 'e-2'
  for (const termMs of [10, 10, 20]) await granted.keep(termMs)
  expect(kept).toEqual(['e-1 lease 10', 'e-1 lease 20', 'e-2 lease 10', 'e-2 lease 20'])
})

test('what could not be kept is kept the next time', async () => {
  let calls = 0
  const granted = createGrantedTerms(
    {
      epoch: 'e-1',
      keptTermMs: async () => 0,
      async keepTerm() {
        if (++calls === 1) throw new Error('away')
      },
    },
    'lease',
  )
  await expect(granted.keep(10)).rejects.toThrow('away')
  await granted.keep(10)
  await granted.keep(10)
  expect(calls).toBe(2)
})
