import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isStrategyName, strategies } from './index.ts'

const files = readdirSync(import.meta.dirname).filter((file) => !file.startsWith('index.'))

test('every file of this folder is in the registry, under its own name', () => {
  const names = files.filter((file) => !file.endsWith('.test.ts')).map((file) => file.slice(0, -3))
  expect(Object.keys(strategies).sort()).toEqual(names.sort())
})

test('only the name of a strategy is one', () => {
  expect(Object.keys(strategies).every(isStrategyName)).toBe(true)
  expect(['', 'nonsense', 'constructor', 'toString'].some(isStrategyName)).toBe(false)
})
