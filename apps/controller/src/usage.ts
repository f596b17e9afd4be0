import { headers, type Purpose, purposes, type Usage } from '@keyrace/contracts'

export interface UsageMeter {
  /** Under the purpose that it names; without a known one it is background. */
  countRequest(arm: string, received: Readonly<Record<string, string>>): void
  countBytes(arm: string, bytes: number): void
  read(): Record<string, Usage>
}

/** Counts what each builder token asks for, and how much it is answered. */
export function createUsageMeter(arms: readonly string[]): UsageMeter {
  const usage = new Map(arms.map((arm) => [arm, emptyUsage()]))
  return {
    countRequest(arm, received) {
      of(arm).requests[purposeOf(received[headers.purpose])]++
    },
    countBytes(arm, bytes) {
      of(arm).bytes += bytes
    },
    read: () => structuredClone(Object.fromEntries(usage)),
  }

  function of(arm: string): Usage {
    const found = usage.get(arm)
    if (found === undefined) throw new Error(`nobody is charged for ${arm}`)
    return found
  }
}

function emptyUsage(): Usage {
  return { requests: { identify: 0, authorize: 0, publish: 0, background: 0 }, bytes: 0 }
}

function purposeOf(named: string | undefined): Purpose {
  return purposes.find((purpose) => purpose === named) ?? 'background'
}
