import { expect, test } from '../support/test.ts'

test('不用鼠标', async ({ journey }, info) => {
  const mark = `键盘${info.workerIndex}${Date.now() % 100_000}`
  const hotline = await journey.as('hotlineoperator')
  for (const [i, what] of ['路灯下有垃圾', '垃圾桶外溢', '绿化带旁有垃圾'].entries())
    await hotline.report(`${mark} ${what}`, { severity: i === 0 ? 'serious' : 'general' })

  const page = await journey.enter('acceptor')
  const { keyboard } = page
  const rows = page.getByRole('option')
  const current = page.locator('[role=option][aria-selected=true]')

  await test.step('/ 搜索', async () => {
    await keyboard.press('/')
    await expect(page.getByRole('search').getByRole('textbox')).toBeFocused()
    await keyboard.insertText(mark)
    await keyboard.press('Enter')
    await expect(rows).toHaveCount(3)
    await expect(page).toHaveURL(/q=/)
  })
  await test.step('J / K 上下移动', async () => {
    const texts = await rows.locator('.line-title').allTextContents()
    for (const at of [0, 1, 2]) {
      await keyboard.press('j')
      await expect(current.locator('.line-title')).toHaveText(texts[at] ?? '')
    }
    await keyboard.press('k')
    await expect(current.locator('.line-title')).toHaveText(texts[1] ?? '')
    await expect(page.locator('.case-status')).toHaveText('待受理')
  })
  await test.step('Enter 进入案件，Esc 退出', async () => {
    await keyboard.press('Enter')
    await expect(page.locator('.desk-case')).toBeFocused()
    await keyboard.press('Escape')
    await expect(page.locator('.desk-case')).not.toBeFocused()
  })
  await test.step('? 看键盘一览，Esc 关闭', async () => {
    await keyboard.press('?')
    const sheet = page.getByRole('dialog', { name: '键盘操作' })
    await expect(sheet).toBeVisible()
    await expect(sheet).toContainText('现在可以做的操作')
    await keyboard.press('Escape')
    await expect(sheet).toBeHidden()
  })
  await test.step('M 打开地图，再按收起', async () => {
    await keyboard.press('m')
    await expect(page.locator('.desk-map canvas').first()).toBeVisible()
    await expect(page).toHaveURL(/map=on/)
    await keyboard.press('m')
    await expect(page.locator('.desk-map')).toHaveCount(0)
  })
  await test.step('数字键受理，Esc 先取消一次', async () => {
    const panel = page.getByRole('region', { name: '受理', exact: true })
    await keyboard.press('1')
    await expect(panel).toBeVisible()
    await keyboard.press('Escape')
    await expect(panel).toBeHidden()
    await keyboard.press('1')
    await expect(panel.getByRole('button', { name: /^确认受理/ })).toBeFocused()
    await keyboard.press('Enter')
    await expect(page.locator('.case-status')).toHaveText('待立案')
  })
  await test.step('X 选中，Esc 取消', async () => {
    await keyboard.press('x')
    await expect(page.getByRole('region', { name: '批量操作' })).toContainText('已选 1 件')
    await keyboard.press('Escape')
    await expect(page.getByRole('region', { name: '批量操作' })).toHaveCount(0)
  })
  await test.step('P 打印案卷', async () => {
    await keyboard.press('p')
    await expect(page.locator('.cy-sheet')).toContainText(mark)
  })
})
