import AxeBuilder from '@axe-core/playwright'
import type { CountsView } from '@chengyun/contract/geo'
import type { ItemCard } from '@chengyun/contract/registry'
import type { Page } from '@playwright/test'
import type { Account } from './account.ts'
import { expect } from './test.ts'

/** A place of its own for each journey, in 市南区, so that what others left there does not mix in. */
const newSpot = (): [number, number] => [
  Number((120.382 + Math.random() * 0.014).toFixed(6)),
  Number((36.074 + Math.random() * 0.007).toFixed(6))
]
const STEP = 0.0006
/** What a click at zoom 18 may reach, with room to spare. */
const CLICK_M = 14
const CLASSES = ['01001', '01001', '01001', '01002', '01002', '02001'] as const

/** The map has come to rest: nothing is on its way any more. */
export async function drawn(page: Page): Promise<void> {
  await expect(page.locator('.om-status')).toBeVisible()
  await expect(page.locator('.om-status i.busy')).toHaveCount(0, { timeout: 30_000 })
}

/** Serious and critical findings of axe. */
export async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  return violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id} ×${v.nodes.length}: ${v.nodes[0]?.target.join(' ')}`)
}

/** What a journey of the map begins with. */
export interface Scene {
  leader: Account
  /** The component in the middle of the spot. */
  target: ItemCard
  /** The address of the map above the spot. */
  at(zoom: number, more?: string): string
  /** Another case beside the components. */
  report(words: string): Promise<unknown>
}

/** A spot where nothing of the demonstration stands so close that a click might mean it. */
async function freeSpot(admin: Account): Promise<[number, number]> {
  for (let tries = 0; tries < 40; tries++) {
    const center = newSpot()
    const area = { circle: { center, radiusM: CLICK_M } }
    const there = await admin.send<CountsView>('POST', '/map/counts', { layer: 'reg-component', area })
    if (there.total === 0) return center
  }
  throw new Error('everything is taken')
}

/** Components in a row through a spot and cases beside them, once the map has them. */
export async function sceneOf(as: (username: string) => Promise<Account>): Promise<Scene> {
  const [admin, hotline, leader] = [await as('dataadmin'), await as('hotlineoperator'), await as('shiftleader')]
  const [lng, lat] = await freeSpot(admin)
  const items: ItemCard[] = []
  for (const [i, kind] of CLASSES.entries())
    items.push(
      await admin.send<ItemCard>('POST', '/registry/items/component', {
        class: kind,
        place: [lng + (i - 2) * STEP, lat],
        attributes: { initialDate: '2026-01-05' },
        note: '一张图行程'
      })
    )
  const report = (words: string) => hotline.report(words, { location: [lng + STEP, lat + STEP / 2] })
  for (let i = 0; i < 3; i++) await report(`一张图行程 路边有垃圾 ${i}`)
  const target = items[2]
  if (!target) throw new Error('no item')
  const area = { circle: { center: [lng, lat], radiusM: 300 } }
  await expect(async () => {
    const there = (layer: string) => leader.send<CountsView>('POST', '/map/counts', { layer, area })
    expect((await there('reg-component')).total).toBeGreaterThanOrEqual(CLASSES.length)
    expect((await there('cases')).total).toBeGreaterThanOrEqual(3)
  }).toPass({ timeout: 60_000 })
  return { leader, target, report, at: (zoom, more = '') => `/map?c=${lng},${lat},${zoom},0,0${more}` }
}
