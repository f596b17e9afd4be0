import { expect, test } from 'vitest'
import { endpoints } from './endpoints.ts'
import { type ErrorCode, errorBody, errors, errorText } from './errors.ts'

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

test.each<[ErrorCode, number, unknown]>([
  ['key-not-found', 404, 'No Key matches the given query.'],
  ['key-in-use', 400, { public: ['Public Key is already in use'] }],
  ['app-name-taken', 400, { id: ['Application with this id already exists.'] }],
  ['forbidden', 403, { detail: 'You do not have permission to perform this action.' }],
])('a refusal by %s has the status and the body that Deis gave it', (code, status, body) => {
  expect([errors[code].status, errorBody(code)]).toEqual([status, body])
})

test('what an error says can be read back from its body, whatever its shape', () => {
  for (const [code, { body, text }] of Object.entries(errors)) {
    if (body === 'none') continue
    expect(errorText(errorBody(code as ErrorCode))).toBe(text)
    expect(errorText(errorBody(code as ErrorCode, 'more'))).toBe('more')
  }
  for (const none of [null, 7, {}, { detail: 7 }, []]) expect(errorText(none)).toBeUndefined()
})
