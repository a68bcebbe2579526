import { expect, signOut, test } from '../support/test.ts'

/** 李沧区: not the district of the acceptor below. */
const ELSEWHERE: [number, number] = [120.4327, 36.1452]

test('别人的案件', async ({ journey }, info) => {
  const hotline = await journey.as('hotlineoperator')
  const mine = await hotline.report(`本区的案件${info.workerIndex}`)
  const theirs = await hotline.report(`外区的案件${info.workerIndex}`, { location: ELSEWHERE })
  expect(theirs.districtCode).not.toBe(mine.districtCode)
  journey.expectAnswers(401, 404, 423, 429, 403)
  const page = await journey.openBrowser()
  const signIn = async (username: string, password: string) => {
    await page.getByLabel('账号', { exact: true }).fill(username)
    await page.getByLabel('密码', { exact: true }).fill(password)
    await page.getByRole('button', { name: '登录', exact: true }).click()
  }

  await test.step('密码不对，话说得明白', async () => {
    await signIn('acceptor.370202.1', 'wrong-password-1')
    await expect(page.getByRole('alert')).toHaveText(/用户名或密码不正确/)
  })
  await test.step('区受理员看得到本区的，看不到外区的', async () => {
    await signIn('acceptor.370202.1', 'Chengyun@2026')
    await expect(page.locator('.shell-bar')).toContainText('市南区')
    await page.goto(`/cases/${mine.id}`)
    await expect(page.locator('.case-no')).toContainText(mine.caseNo)
    await page.goto(`/cases/${theirs.id}`)
    await expect(page.getByRole('alert')).toContainText('没有这件案件，或您无权查看')
    await expect(page.locator('body')).not.toContainText('外区的案件')
    await page.goto(`/cases/${theirs.id}/print`)
    await expect(page.getByRole('alert')).toContainText('没有这件案件，或您无权查看')
    await page.goto('/cases?queue=all')
    await expect(page.getByRole('option').filter({ hasText: '本区的案件' }).first()).toBeVisible()
    await expect(page.getByRole('option').filter({ hasText: '外区的案件' })).toHaveCount(0)
  })
  await test.step('退出之后只有登录页', async () => {
    await signOut(page)
    await page.goto(`/cases/${mine.id}`)
    await expect(page.locator('.signin-box')).toBeVisible()
  })
  await test.step('会话在服务器上结束后，下一步就回到登录页', async () => {
    await signIn('acceptor.370202.1', 'Chengyun@2026')
    await expect(page.locator('.case-no')).toContainText(mine.caseNo)
    await page.context().clearCookies()
    await page.keyboard.press('j')
    await page.keyboard.press(']')
    await expect(page.locator('.signin-box')).toBeVisible()
  })
  await test.step('连错五次，账号锁定，并说到什么时候', async () => {
    const answers = ['1', '2', '3', '4', '5']
    for (const n of answers) {
      const answered = page.waitForResponse((r) => r.url().endsWith('/api/session') && r.request().method() === 'POST')
      await signIn('acceptor.370203.1', `wrong-password-${n}`)
      await answered
    }
    await signIn('acceptor.370203.1', 'Chengyun@2026')
    await expect(page.getByRole('alert')).toHaveText(/锁定/)
    await expect(page.locator('.signin-box')).toBeVisible()
  })
})

test('管理员看不到案件', async ({ journey }) => {
  const hotline = await journey.as('hotlineoperator')
  const view = await hotline.report('管理员不该看到的案件')
  journey.expectAnswers(403, 404)
  for (const post of ['systemadmin', 'securityadmin', 'auditadmin'] as const) {
    const page = await journey.enter(post)
    await expect(page).toHaveURL(/\/admin\//)
    await expect(page.locator('.shell-nav')).not.toContainText('案件台')
    await expect(page.locator('.shell-nav')).not.toContainText('今日概览')
    await page.goto(`/cases/${view.id}`)
    await expect(page.locator('.shell-bar')).toBeVisible()
    await expect(page.locator('.shell-page')).not.toBeEmpty()
    await expect(page.locator('body')).not.toContainText('管理员不该看到的案件')
    await page.context().close()
  }
})
