import type { CaptchaView } from '@chengyun/contract/public'
import type { Page } from '@playwright/test'
import { keyringFrom } from '../../packages/server/src/modules/org/keyring.ts'

/**
 * The characters of the captcha that `act` brings onto the page. No program here reads the picture: its answer travels sealed inside the captcha's id, and
 * the journeys hold the secret of the server they started (product.ts).
 */
export async function captchaAfter(page: Page, act: () => Promise<void>): Promise<string> {
  const secret = process.env.CHENGYUN_E2E_SECRET
  if (!secret) throw new Error('CHENGYUN_E2E_SECRET must be the CHENGYUN_SECRET of the server at CHENGYUN_E2E_URL')
  const answer = page.waitForResponse((r) => r.url().endsWith('/api/public/captcha'))
  await act()
  const { id } = (await (await answer).json()) as CaptchaView
  return (JSON.parse(keyringFrom(secret).decrypt(id, 'citizen.captcha')) as [string])[0]
}
