import { askForList, askPerApp } from '@keyrace/push'

/** Where a reaper learns what is gone: a request per app that has a repository, or one list of all names. */
export const sources = { app: askPerApp, list: askForList } as const

export type SourceName = keyof typeof sources
