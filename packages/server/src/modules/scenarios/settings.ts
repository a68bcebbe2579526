import { type Static, Type } from 'typebox'
import { SCENARIOS } from './folder.ts'

/** Settings of scenario packs. */
export const ScenariosSettings = Type.Object({
  CHENGYUN_SCENARIOS: Type.Optional(
    Type.String({
      maxLength: 1000,
      description: 'Folder of the scenario packs that are offered. Default: those that come with the platform.'
    })
  ),
  CHENGYUN_DEMO_SCALE: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.1,
    description:
      'Share of the items a scenario pack names for its demonstration that are made; 0: a new demonstration city has no packs.'
  }),
  CHENGYUN_REPORT_DAILY_DAYS: Type.Integer({
    minimum: 7,
    maximum: 36_500,
    default: 400,
    description: 'Days for which daily reports of scenario packs are kept.'
  }),
  CHENGYUN_REPORT_MONTHLY_DAYS: Type.Integer({
    minimum: 400,
    maximum: 36_500,
    default: 3650,
    description: 'Days for which monthly reports of scenario packs, and the indexes of items, are kept.'
  })
})
export type ScenariosSettings = Static<typeof ScenariosSettings>

/** The folder packs are offered from. */
export const packFolder = (settings: object): string => (settings as ScenariosSettings).CHENGYUN_SCENARIOS ?? SCENARIOS

/** Share of the numbers of a pack that a demonstration has. */
export const demoScale = (settings: object): number => (settings as ScenariosSettings).CHENGYUN_DEMO_SCALE

/** How long reports are kept, in days. */
export const keptFor = (settings: object): { dailyDays: number; monthlyDays: number } => {
  const { CHENGYUN_REPORT_DAILY_DAYS: dailyDays, CHENGYUN_REPORT_MONTHLY_DAYS: monthlyDays } = settings as ScenariosSettings
  return { dailyDays, monthlyDays }
}
