import { headers, type Purpose, purposes, type Usage } from '@keyrace/contracts'

export interface UsageMeter {
  charge(arm: string, received: Readonly<Record<string, string>>, bytes: number): void
  read(): Record<string, Usage>
}

/** Counts what each builder token asks for. A request without a known purpose is background. */
export function createUsageMeter(arms: readonly string[]): UsageMeter {
  const usage = new Map(arms.map((arm) => [arm, emptyUsage()]))
  return {
    charge(arm, received, bytes) {
      const charged = usage.get(arm)
      if (charged === undefined) return
      charged.requests[purposeOf(received[headers.purpose])]++
      charged.bytes += bytes
    },
    read: () => structuredClone(Object.fromEntries(usage)),
  }
}

function emptyUsage(): Usage {
  return { requests: { identify: 0, authorize: 0, publish: 0, background: 0 }, bytes: 0 }
}

function purposeOf(named: string | undefined): Purpose {
  return purposes.find((purpose) => purpose === named) ?? 'background'
}
