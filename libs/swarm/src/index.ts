export { type PlayedWorld, playWorld } from './play-world.ts'
