import { type Static, Type } from 'typebox'
import { SCENARIOS } from './folder.ts'

/** Settings of scenario packs. */
export const ScenariosSettings = Type.Object({
  CHENGYUN_SCENARIOS: Type.Optional(
    Type.String({
      maxLength: 1000,
      description: 'Folder of the scenario packs that are offered. Default: those that come with the platform.'
    })
  )
})
export type ScenariosSettings = Static<typeof ScenariosSettings>

/** The folder packs are offered from. */
export const packFolder = (settings: object): string => (settings as ScenariosSettings).CHENGYUN_SCENARIOS ?? SCENARIOS
