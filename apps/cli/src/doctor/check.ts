/** What a check found; `fix` is there unless all is well. */
export type Finding =
  | { readonly status: 'ok'; readonly found: string; readonly fix?: undefined }
  | {
      /** A warning weakens what a run proves, a failure prevents it; few miss what is optional. */
      readonly status: 'warning' | 'failure' | 'optional'
      readonly found: string
      readonly fix: string
    }

/** One thing that keyrace needs of the machine. */
export interface Check {
  readonly name: string
  examine(): Finding | Promise<Finding>
}

export type Diagnosis = Finding & { readonly name: string }
