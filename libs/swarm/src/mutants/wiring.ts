import type { Change, EndpointName, Endpoints, FeedEvent, Input, Knobs } from '@keyrace/contracts'
import type { CallOptions, ControllerClient, Result } from '@keyrace/controller-client'
import type { KeyLookup, Strategy, StrategyDeps } from '@keyrace/key-lookup'
import type { Sabotage } from '@keyrace/testbed'

/** In the place of the plan's strategy. */
export function strategyMade(create: Strategy['create']): Sabotage {
  return { builder: (deps) => ({ ...deps, strategy: { ...deps.strategy, create } }) }
}

/** The plan's strategy, over other ports. */
export function strategyOver(change: (deps: StrategyDeps) => Partial<StrategyDeps>): Sabotage {
  return {
    builder(deps) {
      const { strategy } = deps
      const create = (own: StrategyDeps, knobs: Knobs) =>
        strategy.create({ ...own, ...change(own) }, knobs)
      return { ...deps, strategy: { ...strategy, create } }
    },
  }
}

/** The plan's strategy, with other answers. */
export function strategyBehind(
  change: (lookup: KeyLookup, deps: StrategyDeps) => Partial<KeyLookup>,
): Sabotage {
  return {
    builder(deps) {
      const { strategy } = deps
      const create = (own: StrategyDeps, knobs: Knobs) => {
        const lookup = strategy.create(own, knobs)
        return { ...lookup, ...change(lookup, own) }
      }
      return { ...deps, strategy: { ...strategy, create } }
    },
  }
}

type Answering = {
  readonly [N in EndpointName]?: (
    ask: () => Promise<Result<Endpoints[N]>>,
    input: Input<Endpoints[N]>,
    options: CallOptions,
  ) => Promise<Result<Endpoints[N]>>
}

/** Answers some calls in another way than the controller does. */
export function answering(controller: ControllerClient, answers: Answering): ControllerClient {
  return {
    ...controller,
    call(name, input, options) {
      const answer = answers[name]
      const ask = () => controller.call(name, input, options)
      return answer === undefined ? ask() : answer(ask, input, options)
    },
  }
}

/** Tells other events than the controller does. `stream`: how many were opened before this one. */
export function tellingChanges(
  controller: ControllerClient,
  tell: (
    changes: readonly Change[],
    at: { readonly stream: number; readonly first: boolean },
  ) => Change[],
): ControllerClient {
  let streams = 0
  return {
    ...controller,
    async subscribe(name, input, options) {
      const stream = streams++
      const opened = await controller.subscribe(name, input, options)
      if (!opened.ok) return opened
      return {
        ...opened,
        events: told(opened.events as AsyncIterable<FeedEvent>, stream),
      } as typeof opened
    },
  }

  async function* told(events: AsyncIterable<FeedEvent>, stream: number) {
    let first = true
    for await (const event of events) {
      yield event.kind === 'changes'
        ? { ...event, changes: tell(event.changes, { stream, first }) }
        : event
      first = false
    }
  }
}

/** In the place of a change that is not taken notice of: nobody is called like that. */
export function unnoticed({ revision }: Change): Change {
  return { revision, kind: 'revokeGrant', app: '', generation: 0, user: '' }
}
