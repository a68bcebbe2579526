import type { Locator, Page } from '@playwright/test'
import type { Account } from '../support/account.ts'
import { expect, test } from '../support/test.ts'

/** Reports that wait longer than the city allows itself: for a moment acceptance must be there at once. */
async function makeLate(journey: { as(username: string): Promise<Account> }): Promise<void> {
  const data = await journey.as('dataadmin')
  const hotline = await journey.as('hotlineoperator')
  const { config } = await data.send<{ config: { stageLimits: Record<string, unknown> } }>('GET', '/cases/config/flow')
  const allow = (accept: unknown) => data.send('PUT', '/cases/config/flow', { stageLimits: { ...config.stageLimits, accept } })
  await allow({ kind: 'urgent_minute', value: 0.01 })
  try {
    for (const n of [1, 2, 3]) await hotline.report(`路边有动物尸体 ${n}`, { classCode: '06037' })
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
      await list.evaluate('box => box.scrollBy(0, box.clientHeight / 2)')
      return seen.size
    })
    .toBe(expected)
}
const NAMES = ((boxes: { getAttribute(name: string): string | null }[]) =>
  boxes.map((b) => b.getAttribute('aria-label') ?? '')) as unknown as (boxes: unknown[]) => string[]

test('数字点到行', async ({ journey }) => {
  await makeLate(journey)
  const page = await journey.enter('leader')
  const overview = async () => {
    await page.locator('.shell-nav').getByRole('link', { name: '今日概览' }).click()
    await expect(page.locator('.funnel')).toBeVisible()
  }
  await overview()
  await expect(page.locator('.figure').filter({ hasText: '超期' }).locator('.door').first()).toBeVisible()

  const doors: [name: string, door: (page: Page) => Locator][] = [
    ['在办', (p) => p.locator('.figure').filter({ hasText: '此刻未结' }).locator('.door')],
    ['超期', (p) => p.locator('.figure').filter({ hasText: '此刻已过时限' }).locator('.door')],
    ['漏斗第一层', (p) => p.locator('.funnel .door').first()],
    ['漏斗中的立案', (p) => p.locator('.funnel li').filter({ hasText: '立案' }).locator('.door').first()],
    ['市南区在办', (p) => p.locator('.overview-districts tr').filter({ hasText: '市南区' }).locator('.door').nth(1)],
    ['市南区超期', (p) => p.locator('.overview-districts tr').filter({ hasText: '市南区' }).locator('td.late .door')]
  ]
  for (const [name, door] of doors) {
    await test.step(name, async () => {
      await overview()
      const count = await numberOf(door(page))
      expect(count).toBeGreaterThan(0)
      await door(page).click()
      await expect(page).toHaveURL(/\/cases\?/)
      await countRows(page, count)
    })
  }
})
