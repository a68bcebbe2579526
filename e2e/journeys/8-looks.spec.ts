import AxeBuilder from '@axe-core/playwright'
import type { CaseView } from '@chengyun/contract/cases'
import type { Page } from '@playwright/test'
import type { Account } from '../support/account.ts'
import { expect, type Post, test } from '../support/test.ts'

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1920, height: 1080 }
]

/** A page stands still when nothing is loading and the map has drawn. */
async function settled(page: Page): Promise<void> {
  await expect(page.locator('.cy-skeleton')).toHaveCount(0)
  await expect(page.locator('.ant-spin-spinning')).toHaveCount(0)
  await page.evaluate('document.fonts.ready.then(() => true)')
}

/** Serious and critical findings, each with the first place it was found in. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    // The box that marks a row stands inside the row for the mouse; from the keyboard the row itself is marked by X.
    .disableRules(['nested-interactive'])
    .analyze()
  return violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id} ×${v.nodes.length}: ${v.nodes[0]?.target.join(' ')} ${v.nodes[0]?.any[0]?.message ?? ''}`)
}

/** Nothing may make the page itself scroll sideways. */
const overflow = (page: Page) => page.evaluate('document.documentElement.scrollWidth - innerWidth')

async function someCases(hotline: Account, acceptor: Account, leader: Account): Promise<CaseView> {
  const words = ['香港中路人行道上有垃圾堆放，影响通行', '小区门口垃圾桶外溢', '绿化带内有生活垃圾', '公交站后有建筑垃圾']
  let last: CaseView | null = null
  for (const [i, text] of words.entries()) {
    let view = await hotline.report(text, { urgent: i === 1 })
    if (i > 0) view = await acceptor.act(view, 'accept')
    if (i > 1) view = await leader.act(view, 'register', { conditionId: await leader.conditionOf(view) })
    last = view
  }
  if (!last) throw new Error('no case')
  return last
}

const PAGES: [name: string, post: Post, path: string][] = [
  ['desk', 'acceptor', '/cases/:id?queue=open'],
  ['desk-map', 'acceptor', '/cases/:id?queue=open&map=on'],
  ['overview', 'acceptor', '/overview'],
  ['report', 'acceptor', '/report'],
  ['admin-classes', 'dataadmin', '/admin/classes'],
  ['admin-units', 'systemadmin', '/admin/units'],
  ['admin-roles', 'securityadmin', '/admin/roles']
]

test('无障碍与外观', async ({ journey }, info) => {
  test.setTimeout(180_000)
  const view = await someCases(await journey.as('hotlineoperator'), await journey.as('acceptor'), await journey.as('shiftleader'))
  const look = async (page: Page, name: string) => {
    await settled(page)
    expect.soft(await findings(page), name).toEqual([])
    for (const size of SIZES) {
      await page.setViewportSize(size)
      await settled(page)
      expect.soft(await overflow(page), `${name} ${size.width}`).toBe(0)
      await page.screenshot({ path: info.outputPath(`${name}-${size.width}.png`) })
    }
    await page.setViewportSize(SIZES[0] ?? { width: 1440, height: 900 })
  }
  await test.step('登录页', async () => {
    const page = await journey.openBrowser()
    await expect(page.locator('.signin-demo')).toBeVisible()
    await look(page, 'sign-in')
  })
  const open = new Map<Post, Page>()
  for (const [name, post, path] of PAGES) {
    await test.step(name, async () => {
      const page = open.get(post) ?? (await journey.enter(post))
      open.set(post, page)
      await page.goto(path.replace(':id', view.id))
      await look(page, name)
    })
  }
  await test.step('深色', async () => {
    const page = await journey.enter('acceptor', { colorScheme: 'dark' })
    await page.goto(`/cases/${view.id}?queue=open`)
    await look(page, 'desk-dark')
    await page.goto('/overview')
    await look(page, 'overview-dark')
  })
})
