import type { CaseEnv } from './env.ts'

let current: CaseEnv | undefined

/** The environment of the running server, for jobs: they are declared before the server stands. */
export const setEnv = (env: CaseEnv): void => {
  current = env
}
export const runningEnv = (): CaseEnv | undefined => current
