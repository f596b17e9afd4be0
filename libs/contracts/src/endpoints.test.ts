import { expect, test } from 'vitest'
import { endpoints } from './endpoints.ts'
import { type ErrorCode, errorBody, errors } from './errors.ts'

const all = Object.entries(endpoints)

test('no two endpoints share a method and a path, whatever their parameters are called', () => {
  const routes = all.map(([, { method, path }]) => `${method} ${path.replace(/:\w+/g, ':')}`)
  expect(new Set(routes).size).toBe(routes.length)
})

test('endpoints declare exactly the parameters of their paths', () => {
  for (const [, endpoint] of all) {
    const named = [...endpoint.path.matchAll(/:(\w+)/g)].map(([, name]) => name)
    const declared = 'params' in endpoint ? Object.keys(endpoint.params.properties) : []
    expect(declared, endpoint.path).toEqual(named)
  }
})

test('builders call hooks, operators call admin routes, and nobody else does', () => {
  const misplaced = all.filter(
    ([, { path, access }]) =>
      path.startsWith('/v2/hooks/') !== (access === 'builder') ||
      path.startsWith('/v2/admin/') !== (access === 'operator'),
  )
  expect(misplaced.map(([name]) => name)).toEqual([])
})

test('what is missing is told by a string, anything else by a detail, as in Deis', () => {
  for (const [code, { status, text }] of Object.entries(errors)) {
    expect(status).toBeGreaterThanOrEqual(400)
    expect(errorBody(code as ErrorCode)).toEqual(status === 404 ? text : { detail: text })
    expect(errorBody(code as ErrorCode, 'more')).toEqual(
      status === 404 ? 'more' : { detail: 'more' },
    )
  }
})
