import type { CaseView } from '@chengyun/contract/cases'
import config from '../playwright.config.ts'
import { HERE } from '../support/account.ts'
import { captchaAfter } from '../support/captcha.ts'
import { beginHere, say, somewhere, sound, submit, toSend, words } from '../support/citizen.ts'
import { expect, test } from '../support/test.ts'

// A telephone has a microphone; this browser's hums a tone.
test.use({
  launchOptions: {
    ...config.use?.launchOptions,
    args: [...(config.use?.launchOptions?.args ?? []), '--use-fake-device-for-media-stream']
  }
})

test('说一段话：录下、提交，受理员听得到', async ({ journey }) => {
  const phone = await journey.openBrowser({ ...somewhere(), permissions: ['geolocation', 'microphone'] })
  await beginHere(phone)
  await phone.getByRole('button', { name: '说一段话' }).click()
  await expect(phone.getByRole('button', { name: /录完了/ })).toBeVisible()
  await sound(phone, 'recording')
  await phone.waitForTimeout(2_500)
  await phone.getByRole('button', { name: /录完了/ }).click()
  await expect(phone.getByLabel('语音说明')).toBeVisible()
  await sound(phone, 'voice')
  await toSend(phone)
  const caseNo = await submit(phone)

  const acceptor = await journey.as('acceptor')
  const view = await acceptor.send<CaseView>('GET', `/cases/${caseNo}`)
  expect(view.evidence).toMatchObject([{ kind: 'audio', phase: 'audio' }])
  const desk = await journey.enter('acceptor')
  await desk.goto(`/cases/${view.id}`)
  const player = desk.locator('audio')
  await expect(player).toBeVisible()
  await player.evaluate((audio: { muted: boolean; play(): Promise<void> }) => {
    audio.muted = true
    return audio.play()
  })
  await expect(async () => {
    expect(await player.evaluate((audio: { currentTime: number }) => audio.currentTime)).toBeGreaterThan(0.3)
  }).toPass()
})

test('多次提交后要验证码：看错了再来，看对了就交', async ({ journey }) => {
  // Without a captcha the sixth is refused, and so is one with a wrong answer.
  journey.expectAnswers(403)
  test.setTimeout(240_000)
  const phone = await journey.openBrowser(somewhere())
  await beginHere(phone)
  await say(phone, words('路灯不亮'))
  await toSend(phone)
  await submit(phone)
  await phone.evaluate(`(${REPEAT})(4)`)

  await beginHere(phone)
  await say(phone, words('路灯还是不亮'))
  await toSend(phone)
  await phone.getByRole('button', { name: '提交', exact: true }).click()
  const picture = phone.locator('img.captcha')
  await expect(picture).toBeVisible()
  await sound(phone, 'captcha')
  await phone.getByRole('textbox', { name: '请输入图中的字符' }).fill('????')
  await phone.getByRole('button', { name: '提交', exact: true }).click()
  await expect(phone.getByRole('alert').filter({ hasText: '验证码' })).toBeVisible()
  const characters = await captchaAfter(phone, () => phone.getByRole('button', { name: '换一张' }).click())
  await phone.getByRole('textbox', { name: '请输入图中的字符' }).fill(characters)
  expect(await submit(phone)).toHaveLength(19)

  // Without reading anything, by keyboard: the device does some seconds of work in the person's place.
  await beginHere(phone)
  await say(phone, words('路灯依旧不亮'))
  await toSend(phone)
  await phone.getByRole('button', { name: '提交', exact: true }).click()
  await expect(picture).toBeVisible()
  await phone.getByRole('button', { name: '看不清？让本机代为验证' }).press('Enter')
  await expect(phone.getByText('已验证，可以继续')).toBeVisible({ timeout: 90_000 })
  expect(await submit(phone)).toHaveLength(19)
})

/** Run in the page: files as many reports more as this telephone would. */
const REPEAT = `async (n) => {
  const at = await new Promise((done) => { const asked = indexedDB.open('chengyun-citizen'); asked.onsuccess = () => done(asked.result) })
  const { value: deviceId } = await new Promise((done) => {
    const asked = at.transaction('settings').objectStore('settings').get('deviceId'); asked.onsuccess = () => done(asked.result) })
  at.close()
  const { privacyVersion } = await (await fetch('/api/public/options')).json()
  for (let i = 0; i < n; i += 1) {
    const answer = await fetch('/api/public/reports', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({
      draftId: 'repeated-' + i + '-' + deviceId, deviceId, location: [${HERE[0] + 0.004}, ${HERE[1]}], text: '路灯不亮', evidenceIds: [],
      visibility: 'private', consent: privacyVersion }) })
    if (answer.status !== 201) throw new Error('repeat ' + i + ': ' + answer.status)
  }
}`
