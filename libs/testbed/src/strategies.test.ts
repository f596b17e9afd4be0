import { type Strategy, type StrategyName, strategies } from '@keyrace/key-lookup'
import { describeStrategy, type Exceptions } from './testing/strategy-suite.ts'

const permissionIsLeftOut = 'the permission is looked at when a push commits, as its claim says'
const keysAreElsewhere = 'whose a key is stands in its file, whatever becomes of the controller'

/** What some strategy does not do, and why that is as it must be. */
const exceptions: Partial<Record<StrategyName, Exceptions>> = {
  kubernetes: {
    'denies a user without permission': permissionIsLeftOut,
    'takes no permission for one on an app whose name is a part of the other': permissionIsLeftOut,
    'denies a user whose permission was removed, once its bound is over': permissionIsLeftOut,
    'takes a transferred app from its former owner, and admits the new one, once their bounds are over':
      permissionIsLeftOut,
    'takes no permission on an app for one on the next of its name': permissionIsLeftOut,
    'admits a user who was granted permission, once its bound is over': permissionIsLeftOut,
    'serves nothing of a history that a restored backup has ended, once its bounds are over':
      permissionIsLeftOut,
  },
  etcd: {
    'identifies nobody, known or not, once a failure has outlasted its outage bound':
      keysAreElsewhere,
  },
}

const switches = { confirmDenials: 'with confirmed denials', watch: 'by a watch' }

for (const [name, strategy] of Object.entries(strategies)) {
  const excepted = exceptions[name as StrategyName] ?? {}
  describeStrategy(name, strategy, excepted)
  for (const [knob, how] of Object.entries(switches)) {
    const switched = switchedOn(strategy, knob)
    if (switched) describeStrategy(`${name} ${how}`, switched, excepted)
  }
}

/** The same with the knob set by default; undefined where there is none. */
function switchedOn(strategy: Strategy, name: string): Strategy | undefined {
  const knob = strategy.knobs[name]
  if (knob === undefined) return undefined
  return { ...strategy, knobs: { ...strategy.knobs, [name]: { ...knob, default: 1 } } }
}
