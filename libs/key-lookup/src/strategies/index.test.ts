import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isStrategyName, strategies } from './index.ts'

const files = readdirSync(import.meta.dirname).filter((file) => !file.startsWith('index.'))

test('every file of this folder is in the registry, under its own name, with a test beside it', () => {
  const names = files.filter((file) => !file.endsWith('.test.ts')).map((file) => file.slice(0, -3))
  expect(Object.keys(strategies).sort()).toEqual(names.sort())
  for (const name of names) expect(files).toContain(`${name}.test.ts`)
})

test('only the name of a strategy is one', () => {
  expect(Object.keys(strategies).every(isStrategyName)).toBe(true)
  expect(['', 'nonsense', 'constructor', 'toString'].some(isStrategyName)).toBe(false)
})
