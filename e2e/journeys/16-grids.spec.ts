import type { RegridState } from '@chengyun/contract/geo'
import type { Page } from '@playwright/test'
import type { Account } from '../support/account.ts'
import { expect, test } from '../support/test.ts'

/** A community of a size that fits a screen. */
const communityOf = async (admin: Account) => {
  const divisions = await admin.send<{ code: string; level: string; gridCount: number }[]>('GET', '/geo/divisions?within=370213')
  const community = divisions.find((d) => d.level === 'community' && d.gridCount > 12 && d.gridCount < 400)
  if (!community) throw new Error('no community of a fitting size')
  return community
}

/** Waits until the map has drawn and come to rest. */
const settled = async (page: Page) => {
  await expect(page.locator('.cy-areas canvas')).toBeVisible()
  await page.waitForTimeout(1500)
}
const fits = async (page: Page, count: number) => expect(page.locator('.grids-sub').first()).toContainText(`${count} 个网格`)

test('单元网格：切分、合并、撤销重做，应用前看影响，应用后可撤回', async ({ journey }) => {
  test.slow()
  const admin = await journey.as('dataadmin')
  const community = await communityOf(admin)
  const before = await admin.send<RegridState>('GET', `/geo/regrid/${community.code}`)
  const page = await journey.enter('dataadmin')

  await test.step('从管理进入，选社区，网格在地图上', async () => {
    await page.goto(`/admin/grids?kind=unit&code=${community.code}`)
    await fits(page, before.cells.length)
    await settled(page)
    await expect(page.locator('.grids-ok')).toContainText('没有重叠、缝隙')
  })
  await test.step('鼠标画线切分，键盘撤销、重做', async () => {
    await page.keyboard.press('c')
    const map = page.locator('.cy-areas canvas')
    const box = await map.boundingBox()
    if (!box) throw new Error('no map')
    // One cell into view, then a line across it from side to side.
    await page.locator('.grids-fly').nth(4).click()
    await settled(page)
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    await page.mouse.click(x + 12, box.y + 12)
    await page.mouse.click(x + 14, box.y + box.height - 12)
    await expect(page.getByRole('button', { name: /^切开/ })).toBeEnabled()
    await page.keyboard.press('x')
    await expect(page.locator('.grids-cells em').filter({ hasText: '新' }).first()).toBeVisible()
    await fits(page, before.cells.length + 1)
    await page.keyboard.press('Control+z')
    await fits(page, before.cells.length)
    await page.keyboard.press('Control+Shift+Z')
    await fits(page, before.cells.length + 1)
    await page.keyboard.press('Control+z')
    expect(y).toBeGreaterThan(0)
  })
  await test.step('只用键盘：地图上的十字、回车选中', async () => {
    await page.keyboard.press('v')
    await page.locator('.cy-areas canvas').focus()
    await page.keyboard.press('Enter')
    await expect(page.locator('.grids-cells input:checked')).toHaveCount(1)
    await page.keyboard.press('Enter')
    await expect(page.locator('.grids-cells input:checked')).toHaveCount(0)
  })
  await test.step('不相邻的不能合并，说明原因；相邻的合并', async () => {
    const boxes = page.locator('.grids-cells input')
    await boxes.nth(0).check()
    await boxes.nth(before.cells.length - 1).check()
    journey.expectAnswers(422)
    await page.getByRole('button', { name: /合并所选/ }).click()
    await expect(page.getByText(/没有共同的边/).last()).toBeVisible()
    await fits(page, before.cells.length)
  })
  await test.step('居中切分，先看影响，写明原因后应用', async () => {
    await page.keyboard.press('c')
    await page.locator('.grids-cells input').nth(5).check()
    await page.getByRole('button', { name: '居中竖切' }).click()
    await fits(page, before.cells.length + 1)
    await page.getByRole('button', { name: '查看影响并应用' }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.locator('.grids-effect')).toHaveCount(3)
    await expect(dialog).toContainText('停用编码')
    await expect(dialog.getByRole('button', { name: '应用' })).toBeDisabled()
    await dialog.getByLabel('调整原因').fill('新建道路通车，按中心线调整')
    await dialog.getByRole('button', { name: '应用' }).click()
    await expect(page.getByText(/已应用：新建 2 个，停用 1 个/)).toBeVisible()
    await fits(page, before.cells.length + 1)
    await expect(page.locator('.grids-history')).toContainText('新建道路通车，按中心线调整')
    await expect(page.locator('.grids-history')).toContainText('数据已重新定位', { timeout: 30_000 })
  })
  await test.step('撤回：原网格恢复', async () => {
    await page.locator('.grids-history').getByRole('button', { name: '撤回' }).first().click()
    await page.locator('.grids-undo input').fill('线画错了')
    await page.locator('.grids-undo button').click()
    await fits(page, before.cells.length)
    await expect(page.locator('.grids-history')).toContainText('已撤回')
    const after = await admin.send<RegridState>('GET', `/geo/regrid/${community.code}`)
    expect(after.cells.map((c) => c.code)).toEqual(before.cells.map((c) => c.code))
  })
})

test('责任网格：划出一个单元网格，保存前看到谁受影响，保存', async ({ journey }) => {
  const community = await communityOf(await journey.as('dataadmin'))
  const page = await journey.enter('dataadmin')
  await page.goto(`/admin/grids?kind=duty&code=${community.code}`)
  const first = page.locator('.grids-duties button').first()
  const name = (await first.locator('b').textContent()) ?? ''
  const count = Number(/\d+/.exec((await first.locator('.num').textContent()) ?? '')?.[0])
  await first.click()
  await expect(page.getByLabel('名称')).toHaveValue(name)
  await expect(page.locator('.grids-form')).toContainText(`${count} 个网格`)
  await expect(page.locator('.grids-collectors li').first()).toBeVisible()
  await settled(page)
  await page.locator('.cy-areas canvas').focus()
  await page.keyboard.press('Enter')
  await expect(page.locator('.grids-form')).toContainText(/划入 (1，划出 0|0，划出 1)/)
  const taken = page.locator('.grids-taken')
  if (await taken.isVisible()) {
    await taken.getByRole('button', { name: '移出' }).click()
    await page.getByLabel('名称').fill(`${name}（调整）`)
  }
  // A unit grid that nobody walks is named, and saved only knowingly.
  const uncovered = page.locator('.grids-uncovered')
  if (await uncovered.isVisible()) {
    await expect(page.getByRole('button', { name: '保存' })).toBeDisabled()
    await uncovered.getByRole('checkbox').check()
  }
  await page.getByRole('button', { name: '保存' }).click()
  await expect(page.getByText('责任网格已保存')).toBeVisible()
})
