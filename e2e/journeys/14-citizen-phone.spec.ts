import type { CaseView } from '@chengyun/contract/cases'
import type { Page } from '@playwright/test'
import { beginHere, PHONE, say, somewhere, sound, submit, toSend, words } from '../support/citizen.ts'
import { codeFor } from '../support/gateway.ts'
import { expect, test } from '../support/test.ts'

const newPhone = () => `139${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`

/** Proves a number by the code that came to it. */
async function prove(page: Page, phone: string): Promise<void> {
  await page.getByRole('textbox', { name: '手机号' }).fill(phone)
  await page.getByRole('button', { name: '发验证码' }).click()
  await expect(page.getByText('验证码已发出')).toBeVisible()
  await page.getByRole('textbox', { name: '验证码' }).fill(await codeFor(phone))
  await page.getByRole('button', { name: '确认', exact: true }).click()
}

test('用手机号上报，换手机看得到，关注街道和案件有消息，最后清除', async ({ journey }) => {
  test.setTimeout(180_000)
  // After the account is gone its number knows nothing any more.
  journey.expectAnswers(401)
  const number = newPhone()
  const first = await journey.openBrowser(somewhere())
  const text = words('路边一堆垃圾')
  await beginHere(first)
  await say(first, text, '暴露垃圾')
  await toSend(first)
  await first.getByText('留手机号').click()
  await sound(first, 'phone')
  await prove(first, number)
  await expect(first.getByText(`用 ${number.slice(0, 3)}****${number.slice(7)}`)).toBeVisible()
  const caseNo = await submit(first)

  const other = await journey.openBrowser(somewhere())
  const text2 = words('树枝压到电线')
  await beginHere(other)
  await say(other, text2)
  await toSend(other)
  const otherNo = await submit(other)

  const second = await journey.openBrowser(PHONE)
  await test.step('换手机：登录，看到自己的上报', async () => {
    await second.goto('/citizen/mine')
    await sound(second, 'mine-sign')
    await prove(second, number)
    await expect(second.getByRole('link', { name: /暴露垃圾/ })).toBeVisible()
    await second.getByRole('link', { name: /暴露垃圾/ }).click()
    await expect(second.getByText(text)).toBeVisible()
    await expect(second).toHaveURL(new RegExp(caseNo))
  })

  await test.step('关注街道和别人的案件', async () => {
    await second.goto(`/citizen/r/${otherNo}`)
    await second.getByRole('button', { name: '关注这件' }).click()
    await expect(second.getByRole('link', { name: '已关注' })).toBeVisible()
    await sound(second, 'followed')
    await second.getByRole('link', { name: '已关注' }).click()
    await second.getByLabel('关注一个区或街道').selectOption({ label: '香港中路街道' })
    await second.getByRole('button', { name: '关注', exact: true }).click()
    await expect(second.getByRole('heading', { name: /香港中路街道/ })).toBeVisible()
    await expect(second.getByRole('heading', { name: `案件 ${otherNo}` })).toBeVisible()
    await sound(second, 'following')
  })

  await test.step('案件动了，被告知', async () => {
    const acceptor = await journey.as('acceptor')
    await acceptor.act(await acceptor.send<CaseView>('GET', `/cases/${otherNo}`), 'accept')
    await second.goto('/citizen/')
    await expect(second.getByRole('link', { name: /我的.*项有新进展/ })).toBeVisible()
    await sound(second, 'news')
    await second.getByRole('link', { name: /我的.*项有新进展/ }).click()
    const followed = second.locator('.follow').filter({ hasText: otherNo })
    await expect(followed.getByText('有新进展')).toBeVisible()
    await expect(followed.getByText('已受理')).toBeVisible()
    await sound(second, 'news-mine')
  })

  await test.step('清除我的信息', async () => {
    await second.goto('/citizen/help')
    await second.getByRole('button', { name: '清除我的信息' }).click()
    await sound(second, 'forget')
    await second.getByRole('button', { name: '确定清除' }).click()
    await expect(second.getByText('已清除。')).toBeVisible()
    await second.goto('/citizen/mine')
    await expect(second.getByRole('heading', { name: '用手机号查' })).toBeVisible()
    // The first telephone is signed out with it, but still has the tracking code.
    await first.goto('/citizen/mine')
    await expect(first.getByText('这部手机上的登录已结束')).toBeVisible()
    await sound(first, 'ended')
    await first.getByRole('link', { name: text }).click()
    await expect(first.getByText('已提交').first()).toBeVisible()
    // The case is under way, so the desk can still call back.
    const view = await (await journey.as('acceptor')).send<CaseView>('GET', `/cases/${caseNo}`)
    expect(view.reporter?.phone).toBe(`${number.slice(0, 3)}****${number.slice(7)}`)
  })
})
