import type { Locator, Page } from '@playwright/test'
import type { Account } from '../support/account.ts'
import { expect, test } from '../support/test.ts'

/** 崂山区: no other journey reports here, so nothing moves between reading a number and counting its rows. */
const DISTRICT = '崂山区'
const THERE: [number, number] = [120.4685, 36.1075]
const LATE = 3

/** Reports that wait longer than the city allows itself: for a moment acceptance must be there at once. */
async function makeLate(journey: { as(username: string): Promise<Account> }): Promise<void> {
  const data = await journey.as('dataadmin')
  const hotline = await journey.as('hotlineoperator')
  const { config } = await data.send<{ config: { stageLimits: Record<string, unknown> } }>('GET', '/cases/config/flow')
  const allow = (accept: unknown) => data.send('PUT', '/cases/config/flow', { stageLimits: { ...config.stageLimits, accept } })
  await allow({ kind: 'urgent_minute', value: 0.01 })
  try {
    for (let n = 1; n <= LATE; n++) await hotline.report(`路边有动物尸体 ${n}`, { classCode: '06037', location: THERE })
  } finally {
    await allow(config.stageLimits.accept)
  }
}

const numberOf = async (figure: Locator) => Number((await figure.textContent())?.replaceAll(',', ''))

/** How many rows the list has, scrolled to its end. */
async function countRows(page: Page, expected: number): Promise<void> {
  const list = page.getByRole('listbox', { name: '案件列表' })
  await expect(list).toBeVisible()
  const seen = new Set<string>()
  await expect
    .poll(async () => {
      for (const name of await list.locator('input[type=checkbox]').evaluateAll(NAMES)) seen.add(name)
      await page.evaluate("{ const box = document.querySelector('.cy-vlist'); box?.scrollBy(0, box.clientHeight / 2) }")
      return seen.size
    })
    .toBe(expected)
}
const NAMES = ((boxes: { getAttribute(name: string): string | null }[]) =>
  boxes.map((b) => b.getAttribute('aria-label') ?? '')) as unknown as (boxes: unknown[]) => string[]

test('数字点到行', async ({ journey }) => {
  await makeLate(journey)
  const acceptor = await journey.as('acceptor')
  const leader = await journey.as('shiftleader')
  const fresh = await leader.report('路面有遗撒渣土', { location: THERE })
  expect(fresh.districtName).toBe(DISTRICT)
  const accepted = await acceptor.act(fresh, 'accept')
  await leader.act(accepted, 'register', { conditionId: await leader.conditionOf(accepted) })

  const page = await journey.enter('leader')
  await page.locator('.shell-nav').getByRole('link', { name: '今日概览' }).click()
  await page.getByRole('combobox', { name: '区域' }).click()
  await page.locator('.ant-select-item-option').filter({ hasText: DISTRICT }).click()
  await expect(page).toHaveURL(/district=/)
  const { count: late } = await leader.send<{ count: number }>('GET', `/cases/count?district=${fresh.districtCode}&late=late`)
  expect(late).toBeGreaterThanOrEqual(LATE)
  const row = page.locator('.overview-districts tr').filter({ hasText: DISTRICT })
  const doors: [name: string, door: Locator][] = [
    ['在办', page.locator('.figure').filter({ hasText: '此刻未结' }).locator('.door')],
    ['超期', page.locator('.figure').filter({ hasText: '此刻已过时限' }).locator('.door')],
    ['漏斗第一层', page.locator('.funnel li').first().locator('.door')],
    ['漏斗第三层', page.locator('.funnel li').nth(2).locator('.door')],
    ['本区在办', row.locator('.door').nth(1)],
    ['本区超期', row.locator('td.late .door')],
    ['处置单位在办', page.locator('.overview-units tbody .door').first()]
  ]
  for (const [name, door] of doors) {
    await test.step(name, async () => {
      await expect(page.locator('.figure').filter({ hasText: '此刻已过时限' }).locator('.door')).toHaveText(String(late))
      const count = await numberOf(door)
      expect(count).toBeGreaterThan(0)
      await door.click()
      await expect(page).toHaveURL(/\/cases\?/)
      await countRows(page, count)
      await page.goBack()
    })
  }
})
