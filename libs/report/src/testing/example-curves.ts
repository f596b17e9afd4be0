import type { Curve } from '@keyrace/contracts'

/** What pushes and lookups cost with ever more keys, as `many-keys` tells it. */
export function exampleCurves(): Curve[] {
  const x = { label: 'keys of the user', unit: '' }
  const counts = [1, 10, 50, 200, 1_000]
  const curve = (
    name: string,
    series: string,
    y: Curve['y'],
    ofKeys: (keys: number) => number,
  ): Curve => ({
    name,
    series,
    x,
    y,
    points: counts.map((keys) => {
      const value = ofKeys(keys)
      return { x: keys, y: value, ci95: [value * 0.96, value * 1.05], count: 120 }
    }),
  })
  const push = { label: 'push latency', unit: 'ms' }
  const authorize = { label: 'authorize phase', unit: 'ms' }
  const lookups = { label: 'lookups per second', unit: '/s' }
  const pushes = 'push latency by keys of the user'
  const asked = 'authorize phase by keys of the user'
  const answers = 'lookups per second by keys of the user'
  return [
    curve(pushes, 'fingerprint', push, () => 36.2),
    curve(pushes, 'user-keys', push, (keys) => 36.4 + keys * 0.009),
    curve(asked, 'fingerprint', authorize, () => 1.02),
    curve(asked, 'user-keys', authorize, (keys) => 1.3 + keys * 0.004),
    curve(answers, 'GET hooks/key/:fingerprint', lookups, () => 5_210),
    curve(answers, 'GET hooks/keys/:app/:user', lookups, (keys) => 4_200 - keys * 3),
  ]
}
