import type { SwarmPlan } from '@keyrace/contracts'
import { fewest } from './fewest.ts'
import type { Search } from './search.ts'

/** Leaves out who and what no operation speaks of: all of it at once if it can be. */
export async function leanerFixture(search: Search): Promise<void> {
  const cuts = cutsOf(search.plan())
  if (await search.accepts(applied(search.plan(), cuts))) return
  const whole = search.plan()
  await fewest(cuts, async (kept) =>
    search.accepts(
      applied(
        whole,
        cuts.filter((cut) => !kept.includes(cut)),
      ),
    ),
  )
}

type Cut = (plan: SwarmPlan) => SwarmPlan

function applied(plan: SwarmPlan, cuts: readonly Cut[]): SwarmPlan {
  return cuts.reduce((smaller, cut) => cut(smaller), plan)
}

/** Apps before their people, who stay as long as an app has them. */
function cutsOf({ apps, users, operations }: SwarmPlan): Cut[] {
  const said = new Set(operations.flatMap(({ by, user, app }) => [by, user, app]))
  const keys = new Set(operations.flatMap(({ key }) => key ?? []))
  return [
    ...apps.flatMap((app) => (said.has(app.name) ? collaboratorCuts(app, said) : appCut(app.name))),
    ...users.flatMap((user) => (said.has(user.name) ? keyCuts(user, keys) : userCut(user.name))),
  ]
}

function appCut(name: string): Cut {
  return (plan) => ({ ...plan, apps: plan.apps.filter((app) => app.name !== name) })
}

function collaboratorCuts(app: SwarmPlan['apps'][number], said: ReadonlySet<unknown>): Cut[] {
  return app.collaborators
    .filter((name) => !said.has(name))
    .map((name) => (plan) => ({
      ...plan,
      apps: plan.apps.map((one) =>
        one.name === app.name
          ? { ...one, collaborators: one.collaborators.filter((other) => other !== name) }
          : one,
      ),
    }))
}

function userCut(name: string): Cut {
  return (plan) => {
    const isNeeded = plan.apps.some(
      ({ owner, collaborators }) => owner === name || collaborators.includes(name),
    )
    return isNeeded ? plan : { ...plan, users: plan.users.filter((user) => user.name !== name) }
  }
}

/** Down to the last key of theirs that is spoken of: keys are numbered without a gap. */
function keyCuts({ name, keys }: SwarmPlan['users'][number], said: ReadonlySet<string>): Cut[] {
  const numbers = Array.from({ length: keys }, (_, index) => index + 1)
  const last = numbers.findLast((number) => said.has(`${name}/${number}`)) ?? 1
  if (last === keys) return []
  return [
    (plan) => ({
      ...plan,
      users: plan.users.map((user) => (user.name === name ? { ...user, keys: last } : user)),
    }),
  ]
}
