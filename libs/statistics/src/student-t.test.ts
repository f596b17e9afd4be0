import { cumulativeStdNormalProbability } from 'simple-statistics'
import { expect, test } from 'vitest'
import { tQuantile } from './student-t.ts'

// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, and qt() in R for p = 0.8
test.each([
  [0.8, 1, 1.376],
  [0.8, 9, 0.883],
  [0.8, 19, 0.861],
  [0.8, Infinity, 0.8416],
  [0.95, 4, 2.132],
  [0.975, 1, 12.706],
  [0.975, 2, 4.303],
  [0.975, 3, 3.182],
  [0.975, 5, 2.571],
  [0.975, 9, 2.262],
  [0.975, 19, 2.093],
  [0.975, 30, 2.042],
  [0.975, 100, 1.984],
  [0.975, Infinity, 1.96],
  [0.995, 1, 63.657],
  [0.999, 2, 22.327],
  [0.999, 10, 4.144],
])(
  'the %d quantile of t with %d degrees of freedom is the published %d',
  (p, degrees, expected) => {
    expect(tQuantile(p, degrees) / expected).toBeCloseTo(1, 3)
  },
)

test('with one degree of freedom it is the Cauchy distribution, to ten digits', () => {
  expect(tQuantile(0.99, 1)).toBeCloseTo(Math.tan(0.49 * Math.PI), 9)
})

test('falls toward the normal quantile as degrees of freedom grow, across odd and even', () => {
  const quantiles = [1, 2, 3, 4, 5, 6, 30, 31, 1000, 9999, Infinity].map((degrees) => {
    return tQuantile(0.975, degrees)
  })
  expect(quantiles).toEqual(quantiles.toSorted((a, b) => b - a))
  expect(cumulativeStdNormalProbability(quantiles.at(-1) ?? 0)).toBeCloseTo(0.975, 4)
})
