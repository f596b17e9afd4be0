import { exploreSeeds } from '../explore/explore-seeds.ts'
import type { Tally } from '../explore/tally.ts'
import { serve } from './serve.ts'
import type { ExploreRequest } from './thread-pool.ts'

serve<ExploreRequest, Tally>(({ seeds, options }) => exploreSeeds(seeds, options))
