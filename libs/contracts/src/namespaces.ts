import type { AppGeneration } from './identifiers.ts'

/** On every namespace that the controller makes, so that no other one is taken for an app. */
export const ourLabels = { heritage: 'keyrace' } as const

/** The labels of the namespace that goes with an app. It is called as the app is. */
export function appLabels({ app, generation }: AppGeneration) {
  return { ...ourLabels, app, generation: `${generation}` }
}

/** The app that a namespace goes with; undefined where the labels are not such. */
export function appOf(labels: Readonly<Record<string, string>>): AppGeneration | undefined {
  const { heritage, app, generation = '' } = labels
  if (heritage !== ourLabels.heritage || app === undefined) return undefined
  return /^[1-9]\d{0,14}$/.test(generation) ? { app, generation: Number(generation) } : undefined
}
