export type { Arm, Replica, World } from './world.ts'
