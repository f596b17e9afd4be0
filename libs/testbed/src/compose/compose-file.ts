import type { Plan, ReaperPlan } from '@keyrace/contracts'
import { type ArmPlan, reaperName } from '../arms.ts'
import { postgresSettings, settingArgs } from '../postgres-settings.ts'
import type { ContainerUser, Folders } from './folders.ts'

/** What Compose reads on top of docker-compose.yml; JSON is YAML. */
export interface ComposeFile {
  readonly version: string
  readonly services: Readonly<Record<string, object>>
}

/** The name of the service that is a builder or the reaper of an arm. */
export function serviceOf({ name }: Pick<ArmPlan, 'name'>, part: string): string {
  return `${name.replaceAll(/[^a-z0-9]+/g, '-')}-${part}`
}

/** The builders and the reapers of the arms, and a controller that knows their tokens. */
export function composeFile(
  plan: Plan,
  arms: readonly ArmPlan[],
  options: {
    readonly folders: Folders
    readonly user: ContainerUser
    /** By the names of the arms. */
    readonly tokens: ReadonlyMap<string, string>
    /** Of a builder that belongs to no arm. */
    readonly lookupToken: string
  },
): ComposeFile {
  const tokens = [...options.tokens, ['lookups', options.lookupToken]]
  const services = arms.flatMap((arm) => {
    const token = options.tokens.get(arm.name) ?? ''
    const builders = arm.replicas.map((replica) => {
      return [serviceOf(arm, replica), builder(plan, arm, { ...options, replica, token })]
    })
    if (plan.reaper === null) return builders
    return [
      ...builders,
      [serviceOf(arm, reaperName), reaper(plan.reaper, arm, { ...options, token })],
    ]
  })
  return {
    version: '3.8',
    services: {
      postgres: { command: ['postgres', ...settingArgs(postgresSettings)], ...unobserved },
      controller: {
        environment: { KEYRACE_BUILDER_TOKENS: tokens.map((pair) => pair.join('=')).join(',') },
        ...unobserved,
      },
      ...Object.fromEntries(services),
    },
  }
}

/** Health checks start a process every few seconds, which the timed pushes would feel. */
const unobserved = { healthcheck: { test: ['CMD', 'true'], interval: '24h' } }

function builder(
  { commitCheck }: Plan,
  arm: ArmPlan,
  options: {
    readonly folders: Folders
    readonly user: ContainerUser
    readonly replica: string
    readonly token: string
  },
): object {
  const { folders, user, replica, token } = options
  return {
    image: 'keyrace/builder',
    init: true,
    user: `${user.uid}:${user.gid}`,
    command: [
      `--replica=${replica}`,
      `--inbox=${serviceOf(arm, replica)}:4000`,
      '--controller=http://controller:8000',
      `--strategy=${arm.strategy}`,
      ...Object.entries(arm.knobs).map(([knob, value]) => `--set=${knob}=${value}`),
      `--commit-check=${commitCheck}`,
      `--evidence=/evidence/${replica}.ndjson`,
      `--removal-evidence=/evidence/${replica}.removals.ndjson`,
    ],
    environment: { KEYRACE_BUILDER_TOKEN: token },
    volumes: [
      mount(folders.repositories(arm), '/repositories'),
      mount(folders.evidence(arm), '/evidence'),
      { ...mount(folders.hostKey, '/host-key'), read_only: true },
    ],
    ...unobserved,
  }
}

function reaper(
  { source, intervalMs, graceMs, budget }: ReaperPlan,
  arm: ArmPlan,
  options: { readonly folders: Folders; readonly user: ContainerUser; readonly token: string },
): object {
  const { folders, user, token } = options
  return {
    image: 'keyrace/reaper',
    init: true,
    user: `${user.uid}:${user.gid}`,
    command: [
      `--name=${reaperName}`,
      '--controller=http://controller:8000',
      `--source=${source}`,
      `--interval=${intervalMs}ms`,
      `--grace=${graceMs}ms`,
      `--budget=${budget}`,
      `--evidence=/evidence/${reaperName}.removals.ndjson`,
    ],
    environment: { KEYRACE_BUILDER_TOKEN: token },
    volumes: [
      mount(folders.repositories(arm), '/repositories'),
      mount(folders.evidence(arm), '/evidence'),
    ],
  }
}

function mount(source: string, target: string) {
  // Compose would take a single dollar sign for a variable.
  return { type: 'bind', source: source.replaceAll('$', '$$$$'), target }
}
