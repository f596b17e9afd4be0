import type { MutantOutcome } from '@keyrace/contracts'
import { hunt } from '../mutants/hunt.ts'
import type { HuntRequest } from './hunter-pool.ts'
import { serve } from './serve.ts'

serve<HuntRequest, MutantOutcome>(({ id, options }) => hunt(id, options))
