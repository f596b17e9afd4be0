import { randomBytes } from 'node:crypto'
import type { Ids } from '../ids.ts'

export const realIds: Ids = {
  next: (prefix) => `${prefix}-${randomBytes(16).toString('hex')}`,
}
