import type { ArmResult, Comparison, Run } from '@keyrace/contracts'
import { count, plural, ratioWithin } from '../quantities.ts'
import type { RunRecord } from '../record.ts'
import { replayCommand } from '../verdict.ts'
import { type Markup, markup } from './markup.ts'

/**
 * - `failure`: it was broken
 * - `error`: what ran was not valid, and says nothing about it
 * - `skipped`: there was not enough to judge it
 */
interface Problem {
  readonly kind: 'failure' | 'error' | 'skipped'
  readonly message: string
}

interface Case {
  /** The arm, or what kind of case it is. */
  readonly of: string
  readonly name: string
  readonly problem: Problem | undefined
}

/** A scenario as a suite of what it was held to: claims, invariants, thresholds and comparisons. */
export function junitXml({ run }: RunRecord): string {
  const cases = casesOf(run)
  const counts = {
    failures: countOf(cases, 'failure'),
    errors: countOf(cases, 'error'),
    skipped: countOf(cases, 'skipped'),
  }
  const time = (run.durationMs / 1_000).toFixed(3)
  const totals = markup`tests="${cases.length}" failures="${counts.failures}" errors="${counts.errors}" skipped="${counts.skipped}" time="${time}"`
  const replay = replayCommand(run)
  return printable(
    markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="keyrace" ${totals}>
<testsuite name="${run.scenario}" ${totals} timestamp="${run.startedAt}" hostname="${run.environment.platform}">
<properties>
<property name="seed" value="${run.seed}"/>
<property name="mode" value="${run.mode}"/>
<property name="replay" value="${replay}"/>
</properties>
${cases.map((one) => testcase(run, one))}<system-out>${replay}</system-out>
</testsuite>
</testsuites>
`.toString(),
  )
}

function testcase({ scenario }: Run, { of, name, problem }: Case): Markup {
  const classname = `${scenario}.${of}`
  if (problem === undefined) {
    return markup`<testcase classname="${classname}" name="${name}" time="0"/>
`
  }
  return markup`<testcase classname="${classname}" name="${name}" time="0">${elementOf(problem)}</testcase>
`
}

function elementOf({ kind, message }: Problem): Markup {
  switch (kind) {
    case 'failure':
      return markup`<failure message="${message}" type="broken"/>`
    case 'error':
      return markup`<error message="${message}" type="invalid"/>`
    case 'skipped':
      return markup`<skipped message="${message}"/>`
  }
}

function casesOf(run: Run): Case[] {
  return [
    { of: 'run', name: 'is valid', problem: invalidity(run) },
    ...run.arms.flatMap(armCases),
    ...run.thresholds.map(thresholdCase),
    ...run.comparisons.map(comparisonCase),
  ]
}

function invalidity({ verdict, reasons, interrupted }: Run): Problem | undefined {
  if (verdict !== 'invalid' && !interrupted) return undefined
  return { kind: 'error', message: reasons.join('; ') || 'the run proves nothing' }
}

function armCases(arm: ArmResult): Case[] {
  const { violations } = arm.correctness
  const invariants = Object.keys(violations).map((invariant): Case => {
    return { of: arm.name, name: invariant, problem: violation(arm, invariant) }
  })
  return [{ of: arm.name, name: 'keeps its claim', problem: brokenClaim(arm) }, ...invariants]
}

function brokenClaim({ skipped, races, correctness }: ArmResult): Problem | undefined {
  if (skipped !== undefined) return { kind: 'skipped', message: skipped.reason }
  switch (correctness.verdict) {
    case 'holds':
      return undefined
    case 'vacuous':
      return { kind: 'error', message: `${races.held} of ${races.planned} races were held` }
    case 'broken':
      return { kind: 'failure', message: 'what was broken are the cases beside this one' }
  }
}

function violation({ skipped, correctness }: ArmResult, invariant: string): Problem | undefined {
  if (skipped !== undefined) return { kind: 'skipped', message: skipped.reason }
  const times = correctness.violations[invariant] ?? 0
  if (times === 0) return undefined
  const witness = correctness.witnesses.find((one) => one.invariant === invariant)
  const message = `${count(times)} × ${invariant}${witness ? `: ${witness.story}` : ''}`
  return { kind: 'failure', message }
}

function thresholdCase({ expression, ok, actual }: Run['thresholds'][number]): Case {
  const message = `it was ${actual ?? 'not measured'}`
  return {
    of: 'thresholds',
    name: expression,
    problem: ok ? undefined : { kind: 'failure', message },
  }
}

function comparisonCase(comparison: Comparison): Case {
  const { a, b, metric, serviceTimeMs } = comparison
  const name = `${a} against ${b}, ${metric} @ ${serviceTimeMs} ms`
  return { of: 'comparisons', name, problem: shortOf(comparison) }
}

/** Only what was not found out: a worse strategy is a finding, and fails the run where that was asked for. */
function shortOf({ verdict, ratio, ci95, morePairs, reasons }: Comparison): Problem | undefined {
  switch (verdict) {
    case 'unproven':
      return { kind: 'skipped', message: `unproven: ${reasons.join('; ')}` }
    case 'inconclusive': {
      const more = morePairs === null ? '' : `, needs about ${plural(morePairs, 'more pair')}`
      return { kind: 'skipped', message: `${ratioWithin(ratio, ci95)} is inconclusive${more}` }
    }
    default:
      return undefined
  }
}

function countOf(cases: readonly Case[], kind: Problem['kind']): number {
  return cases.filter(({ problem }) => problem?.kind === kind).length
}

/** XML has no way to write most control characters, not even escaped. */
function printable(text: string): string {
  return text.toWellFormed().replace(/[^\P{Cc}\n\t]|[\uFFFE\uFFFF]/gu, '')
}
