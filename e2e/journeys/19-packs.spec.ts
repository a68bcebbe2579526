import AxeBuilder from '@axe-core/playwright'
import type { PackPages } from '@chengyun/contract/scenarios'
import type { Locator, Page } from '@playwright/test'
import { PHONE, sound } from '../support/citizen.ts'
import { expect, test } from '../support/test.ts'

/** A pack no other journey looks at. */
const PACK = { id: 'utility-tunnel', name: '综合管廊' }

const numberIn = async (words: Locator) => Number(((await words.textContent()) ?? '').replaceAll(/[^\d.]/g, ''))
const card = (page: Page) => page.locator('.packs-card')
const dialog = (page: Page) => page.getByRole('dialog').filter({ has: page.locator('.packs-plan') })

/** What axe finds serious or critical on a page of a pack; the map is a picture with a name. */
async function seriousOn(page: Page): Promise<string[]> {
  await expect(page.locator('.scn-page .sw').first()).toBeVisible()
  await expect(page.locator('.scn-page .cy-skeleton')).toHaveCount(0)
  const { violations } = await new AxeBuilder({ page }).include('.scn-page').exclude('.maplibregl-map').analyze()
  return violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id} ×${v.nodes.length}: ${v.nodes[0]?.target.join(' ')}`)
}

/** Opens the plan of an act, answers what it asks, carries it out. */
async function act(page: Page, name: string, more: { held?: string; demo?: boolean } = {}): Promise<void> {
  await card(page).getByRole('button', { name, exact: true }).click()
  const plan = dialog(page)
  await expect(plan.locator('.packs-plan > p').first()).not.toBeEmpty()
  if (more.demo) await plan.getByRole('checkbox').check()
  const go = plan.locator('.ant-modal-footer .ant-btn').last()
  if (more.held && (await plan.locator('.packs-held').isVisible())) {
    await expect(go, 'nothing is lost without a word').toBeDisabled()
    await plan.getByRole('radio', { name: more.held }).check()
    if (more.held === '一并删除数据') await plan.getByLabel(/输入场景包标识/).fill(PACK.id)
  }
  await expect(go).toBeEnabled()
  await go.click()
  await expect(plan).toBeHidden({ timeout: 120_000 })
}

test('场景包', async ({ journey }) => {
  test.setTimeout(360_000)
  // The page that is open when its pack is disabled is no page any more.
  journey.expectAnswers(404)
  const admin = await journey.enter('dataadmin')
  await test.step('平台业务管理员看变更预览，安装场景包', async () => {
    await admin.goto(`/admin/packs/${PACK.id}`)
    await expect(card(admin).getByRole('heading', { name: PACK.name })).toBeVisible()
    // The demonstration city may have come with it: then it goes first, with all it brought.
    if (await card(admin).getByRole('button', { name: '卸载' }).isVisible()) await act(admin, '卸载', { held: '一并删除数据' })
    await expect(card(admin).locator('.packs-state')).toContainText('未安装')
    await act(admin, '安装', { demo: true })
    await expect(card(admin).locator('.packs-state')).toContainText('启用')
    await expect(card(admin).locator('.packs-history li').first()).toContainText('安装')
  })

  const chief = await journey.enter('shiftleader')
  await test.step('值班长打开页面，数字点到明细，数目相同', async () => {
    await chief.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '场景', exact: true }).click()
    await chief
      .getByRole('navigation', { name: '场景' })
      .getByRole('link', { name: new RegExp(`^${PACK.name}`) })
      .click()
    const page = chief.locator('.scn-page')
    await expect(page.getByRole('heading', { level: 1, name: PACK.name })).toBeVisible()
    const doors = page.locator('.sw-figure b a.door')
    await expect(doors.first()).toBeVisible({ timeout: 30_000 })
    const door = page.locator('.sw-figure b a.door[href^="/registers/list/"]').first()
    const said = await numberIn(door)
    expect(said).toBeGreaterThan(0)
    await door.click()
    await expect(chief).toHaveURL(/\/registers\/list\//)
    await expect(chief.getByText(`共 ${said.toLocaleString('en-US')} 条`)).toBeVisible()
    await chief.goBack()
    await expect(page.locator('.sw [role=alert]'), 'every widget has its data').toHaveCount(0)
  })
  await test.step('每个场景包的每个页面都能无障碍阅读', async () => {
    const { items } = (await (await chief.request.get('/api/scenarios/pages')).json()) as PackPages
    const here = chief.url()
    for (const { pack, name, pages } of items)
      for (const { key } of pages) {
        // As a link of the console goes: the program stays.
        await chief.evaluate(`history.pushState(null, '', '/scenarios/${pack}/${key}')`)
        await expect(chief.locator('.scn-page').getByRole('heading', { level: 1, name: name.zh, exact: true })).toBeVisible()
        expect(await seriousOn(chief), `${pack}/${key}`).toEqual([])
      }
    await chief.goto(here)
  })
  await test.step('选中一处，曲线换成它的', async () => {
    const row = chief.locator('.sw-stations .sw-name').first()
    const name = ((await row.textContent()) ?? '').trim()
    await row.click()
    await expect(chief).toHaveURL(/subject=/)
    await expect(chief.locator('.sw-trend').filter({ hasText: name }).first()).toBeVisible()
  })
  await test.step('大屏只看不点', async () => {
    await chief.getByRole('link', { name: '大屏' }).click()
    await expect(chief.locator('.wall .sw').first()).toBeVisible()
    await expect(chief.locator('.wall a')).toHaveCount(0)
    await chief.goBack()
  })

  const map = await chief.context().newPage()
  const layers = map.locator('.om-tree section').filter({ has: map.getByRole('heading', { name: PACK.name }) })
  await test.step('一张图：图层列在场景包名下，打开后按状态计数', async () => {
    await map.goto('/map')
    await layers.getByRole('checkbox', { name: '氧气' }).check()
    await expect(layers.locator('.om-tones li').first()).toBeVisible()
    await expect(map.getByRole('region', { name: '图例' })).toContainText('氧气')
  })

  await test.step('停用：页面隐藏，数据保留；启用后恢复', async () => {
    await act(admin, '停用')
    await expect(card(admin).locator('.packs-state')).toContainText('停用')
    await expect(layers, 'its layers leave the map that is open').toHaveCount(0)
    await chief.goto('/scenarios')
    const link = chief.getByRole('link', { name: new RegExp(`^${PACK.name}`) })
    await expect(link).toHaveCount(0)
    await act(admin, '启用')
    await expect(layers).toBeVisible()
    await map.close()
    await chief.reload()
    await expect(link).toBeVisible()
  })
  await test.step('卸载：逐字确认后不留痕迹', async () => {
    await act(admin, '卸载', { held: '一并删除数据' })
    await expect(card(admin).locator('.packs-state')).toContainText('未安装')
    await chief.reload()
    await expect(chief.getByRole('link', { name: new RegExp(`^${PACK.name}`) })).toHaveCount(0)
  })
  await test.step('打开按时生成的结构健康日报：PDF 与 DOCX', async () => {
    await admin.goto('/scenarios/bridges')
    await admin.locator('.scn-page > header nav').getByRole('link', { name: '报告', exact: true }).click()
    const row = admin
      .locator('.scn-reports .cy-vtable-row')
      .filter({ hasText: '结构健康日报' })
      .filter({ hasText: '已生成' })
      .first()
    // It was due when the city was set up; the job looks every ten seconds.
    await expect(row).toBeVisible({ timeout: 30_000 })
    for (const [format, begins] of [
      ['PDF', '%PDF-'],
      ['DOCX', 'PK']
    ] as const) {
      const href = await row.getByRole('link', { name: new RegExp(`（${format}）`) }).getAttribute('href')
      const file = await admin.request.get(href ?? '')
      expect(file.status()).toBe(200)
      expect((await file.body()).subarray(0, begins.length).toString('latin1')).toBe(begins)
    }
  })
  await test.step('市民：便民地图由近到远列出公厕和实时状态，从那里上报', async () => {
    await admin.goto('/admin/packs/public-toilet')
    await expect(card(admin).getByRole('heading', { name: '公厕' })).toBeVisible()
    if (await card(admin).getByRole('button', { name: '安装', exact: true }).isVisible()) await act(admin, '安装', { demo: true })
    const citizen = await journey.openBrowser(PHONE)
    await citizen.goto('/citizen/services/public-toilet/toilets')
    await expect(citizen.getByText('由近到远')).toBeVisible()
    const place = citizen
      .locator('.place')
      .filter({ has: citizen.locator('.place-now') })
      .first()
    await expect(place.locator('.place-now')).toContainText('占用厕位')
    await expect(place.getByRole('link', { name: /^导航/ })).toHaveAttribute('href', /^(geo:|https:\/\/maps)/)
    await sound(citizen, 'services')
    const name = ((await place.getByRole('heading', { level: 2 }).textContent()) ?? '').trim()
    await place.getByRole('button', { name: `上报问题：${name}` }).click()
    await expect(citizen).toHaveURL(/\/citizen\/report\//)
  })
})
