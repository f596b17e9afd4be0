import { type BlackBoxRules, judgeAsBlackBox } from '../../black-box.ts'
import { createHistory, type HistoryColumns } from '../../history-columns.ts'
import { checkExactly } from '../check.ts'
import { type Rules, sound } from '../rules.ts'
import { createExactStream } from '../stream.ts'
import { type Terms, uniform } from '../terms.ts'
import { couldBe } from './brute-force.ts'
import { drawMicroHistory, type MicroHistory, tellMicroHistory } from './micro-history.ts'

export interface Agreement {
  readonly valid: number
  readonly invalid: number
  /** Seeds of histories on which checker and brute force disagree. */
  readonly disagreements: readonly number[]
}

/** Lets the checker and brute force judge the same histories. */
export function compareWithBruteForce(seeds: number): Agreement {
  const disagreements: number[] = []
  const history = createHistory(64)
  let valid = 0
  for (let seed = 0; seed < seeds; seed++) {
    const micro = drawMicroHistory(seed)
    const isPossible = couldBe(micro)
    if (isPossible) valid++
    if (isPossible !== isValid(micro, history, sound)) disagreements.push(seed)
  }
  return { valid, invalid: seeds - valid, disagreements }
}

/** How many histories it takes until a checker of other rules and brute force disagree; null if they never do. */
export function firstDisagreement(most: number, rules: Rules): number | null {
  const history = createHistory(64)
  for (let seed = 0; seed < most; seed++) {
    const micro = drawMicroHistory(seed)
    if (couldBe(micro) !== isValid(micro, history, rules)) return seed + 1
  }
  return null
}

function isValid(micro: MicroHistory, history: HistoryColumns, rules: Rules): boolean {
  history.clear()
  const settlements = tellMicroHistory(micro, history)
  return checkExactly(history, { terms: micro.terms, settlements }, rules).violations.length === 0
}

export interface Soundness {
  /** Histories that nothing can explain, other than by an order of revisions that real time forbids. */
  readonly invalid: number
  /** Of these, those without a conviction. */
  readonly missed: number
  /** Seeds of histories that can be explained, and were convicted all the same. */
  readonly falseAlarms: readonly number[]
}

/** Lets the black box judge what brute force takes for right or wrong with every bound at zero. */
export function compareBlackBox(seeds: number): Soundness {
  const falseAlarms: number[] = []
  const history = createHistory(64)
  let [invalid, missed] = [0, 0]
  for (let seed = 0; seed < seeds; seed++) {
    const micro = { ...drawMicroHistory(seed), terms: strictest }
    const isConvicted = convicts(micro, history)
    const isPossible = couldBe(micro)
    if (isPossible && isConvicted) falseAlarms.push(seed)
    if (isPossible || !couldBe({ ...micro, pushes: [] })) continue
    invalid++
    if (!isConvicted) missed++
  }
  return { invalid, missed, falseAlarms }
}

/** How many histories it takes until a black box of other rules raises a false alarm; null if it never does. */
export function firstFalseAlarm(most: number, rules: BlackBoxRules): number | null {
  const history = createHistory(64)
  for (let seed = 0; seed < most; seed++) {
    const micro = { ...drawMicroHistory(seed), terms: strictest }
    if (convicts(micro, history, rules) && couldBe(micro)) return seed + 1
  }
  return null
}

function convicts(micro: MicroHistory, history: HistoryColumns, rules?: BlackBoxRules): boolean {
  history.clear()
  tellMicroHistory(micro, history)
  return judgeAsBlackBox(history, {}, rules).length > 0
}

const strictest: Terms = {
  bounds: uniform(0),
  ownBoundMs: null,
  scope: 'register',
  settledAt: null,
}

/** Lets the checker judge whole histories and the same row by row; answers the seeds on which the two differ. */
export function compareStream(seeds: number, forgetEvery: number): readonly number[] {
  const differing: number[] = []
  for (let seed = 0; seed < seeds; seed++) {
    const micro = drawMicroHistory(seed)
    const { terms } = micro
    const history = createHistory(64)
    const settlements = tellMicroHistory(micro, history)
    const stream = createExactStream({ terms, settlements, forgetEvery })
    const rows = Array.from({ length: history.length }, (_, row) => history.rowAt(row))
    for (const row of rows.sort((a, b) => a.t - b.t)) stream.feed(row)
    const isHeld = checkExactly(history, { terms, settlements }).violations.length === 0
    if (isHeld !== (stream.end() === undefined)) differing.push(seed)
  }
  return differing
}
