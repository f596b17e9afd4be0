/** What V8 writes: which node was on top of the stack at each sample, and the microseconds between them. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: {
      readonly functionName: string
      readonly url: string
      readonly lineNumber: number
    }
  }[]
  /** On the host's monotonic clock, in microseconds. */
  readonly startTime: number
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

export interface SelfTime {
  /** `spawn node:child_process:712` */
  readonly name: string
  /** Per push. */
  readonly ms: number
}

/** The time in each function itself, the longest first, between two times of the monotonic clock in ms. */
export function selfTimes(
  { nodes, startTime, samples, timeDeltas }: CpuProfile,
  { from, to, pushes }: { readonly from: number; readonly to: number; readonly pushes: number },
): SelfTime[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const total = new Map<string, number>()
  let at = startTime
  for (const [n, sample] of samples.entries()) {
    const tookUs = timeDeltas[n] ?? 0
    at += tookUs
    const name = names.get(sample) ?? '(unknown)'
    const isWithin = at / 1000 >= from && at / 1000 <= to
    if (isWithin && name !== '(idle)') total.set(name, (total.get(name) ?? 0) + tookUs)
  }
  return [...total]
    .map(([name, us]) => ({ name, ms: us / 1000 / pushes }))
    .toSorted((a, b) => b.ms - a.ms)
}

function nameOf({
  functionName,
  url,
  lineNumber,
}: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName || '(anonymous)'
  if (url === '') return name
  const file = url.split('/').slice(-2).join('/')
  return `${name} ${file}:${lineNumber + 1}`
}
