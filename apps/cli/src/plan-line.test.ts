import type { Plan } from '@keyrace/contracts'
import { examplePlan } from '@keyrace/report/testing'
import { expect, test } from 'vitest'
import { planLine } from './plan-line.ts'

const plan = examplePlan()
const alone: Partial<Plan> = { arms: plan.arms.slice(1), replicas: 1 }
const unpaired: Partial<Plan> = { latency: { ...plan.latency, pairs: 0 } }
const single: Plan['latency'] = { ...plan.latency, load: { kind: 'closed', clients: 1 } }
const closed: Plan['latency'] = { ...plan.latency, load: { kind: 'closed', clients: 4 } }

test.each<[Partial<Plan>, RegExp]>([
  [{}, /: 3 builders per strategy, fingerprint and poll; 6 pairs of blocks at 0\.3 ms and 10 ms/],
  [{}, /, 25 pushes\/s, detects ≥ \d+ %; 200 races; 100 users × 200 keys, 100 apps; about \d/],
  [alone, /: 1 builder, poll; 200 races;/],
  [unpaired, /fingerprint and poll; 200 races;/],
  [{ races: 0 }, /%; 100 users × 200 keys, 100 apps$/],
  [{ latency: single }, /, one push at a time, detects/],
  [{ latency: closed }, /, 4 people in a closed loop, detects/],
  [{ ...unpaired, arms: Array(9).fill(plan.arms[0]) }, /; in 3 turns; 200 races;/],
  [{ target: 'compose' }, /^deletion-race, seed 7, in containers: .* apps$/],
  [{ mode: 'sim' }, /^deletion-race, seed 7, simulated: .* apps$/],
])('%j', (changes, line) => {
  expect(planLine({ ...plan, ...changes })).toMatch(line)
})

test('more pairs detect smaller differences', () => {
  const detected = (pairs: number) => {
    const line = planLine({ ...plan, latency: { ...plan.latency, pairs } })
    return Number(/≥ (\d+) %/.exec(line)?.[1])
  }
  expect(detected(20)).toBeLessThan(detected(6))
})
