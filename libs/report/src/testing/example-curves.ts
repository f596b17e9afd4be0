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
  const push = { label: 'response p50', unit: 'ms' }
  const lookups = { label: 'lookup p50', unit: 'ms' }
  const pushes = 'push latency by keys of the user'
  const answers = 'lookup latency by keys of the user'
  return [
    curve(pushes, 'fingerprint', push, () => 36.2),
    curve(pushes, 'user-keys', push, (keys) => 36.4 + keys * 0.009),
    curve(answers, 'GET hooks/key/:fingerprint', lookups, () => 0.31),
    curve(answers, 'GET hooks/keys/:app/:user', lookups, (keys) => 0.34 + keys * 0.004),
  ]
}
