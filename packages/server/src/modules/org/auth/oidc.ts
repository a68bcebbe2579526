import * as client from 'openid-client'
import type { OrgSettings } from '../settings.ts'

/** What the browser carries, sealed, while the person is at the provider. */
export interface OidcTrip {
  state: string
  nonce: string
  verifier: string
}

export interface OidcIdentity {
  username: string
  /** The provider says that more than a password was asked. */
  mfa: boolean
}

/** Single sign-on by OpenID Connect: authorisation code with PKCE, state and nonce. */
export interface Oidc {
  /** Where to send the browser, and what must come back with it. */
  begin(redirectUri: string): Promise<{ url: string; trip: OidcTrip }>
  /** Who came back. @throws when anything does not fit; the message says what. */
  finish(currentUrl: URL, trip: OidcTrip): Promise<OidcIdentity>
}

const MFA_METHODS = new Set(['mfa', 'otp', 'hwk', 'sms', 'fpt', 'face'])
const isLoopback = (host: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(host)

/**
 * The provider of the settings, or undefined when none is configured. Its description is fetched at the first sign-in, so that a
 * provider which is down does not keep the server from starting.
 * @throws when the issuer is plain http on another machine: codes would travel in clear.
 */
export function openOidc(settings: OrgSettings): Oidc | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: secret } = settings
  if (issuer === undefined || clientId === undefined) return undefined
  const url = new URL(issuer)
  const plain = url.protocol === 'http:'
  if (plain && !isLoopback(url.hostname)) throw new Error(`OIDC_ISSUER=${issuer}: a provider on another machine must use https`)
  let discovered: Promise<client.Configuration> | undefined
  const config = (): Promise<client.Configuration> => {
    discovered ??= client
      .discovery(
        url,
        clientId,
        undefined,
        secret === undefined ? client.None() : client.ClientSecretBasic(secret),
        plain ? { execute: [client.allowInsecureRequests] } : {}
      )
      .catch((error: unknown) => {
        discovered = undefined
        throw error
      })
    return discovered
  }
  return {
    async begin(redirectUri) {
      const trip = { state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier() }
      const to = client.buildAuthorizationUrl(await config(), {
        redirect_uri: redirectUri,
        scope: 'openid profile',
        state: trip.state,
        nonce: trip.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(trip.verifier),
        code_challenge_method: 'S256'
      })
      return { url: to.href, trip }
    },
    async finish(currentUrl, trip) {
      const known = await config()
      const tokens = await client.authorizationCodeGrant(known, currentUrl, {
        pkceCodeVerifier: trip.verifier,
        expectedState: trip.state,
        expectedNonce: trip.nonce,
        idTokenExpected: true
      })
      const claims = tokens.claims()
      if (!claims) throw new Error('no ID token')
      const name =
        claims[settings.OIDC_USERNAME_CLAIM] ??
        (await client.fetchUserInfo(known, tokens.access_token, claims.sub))[settings.OIDC_USERNAME_CLAIM]
      if (typeof name !== 'string' || name === '') throw new Error(`no claim ${settings.OIDC_USERNAME_CLAIM}`)
      return {
        username: name.toLowerCase(),
        mfa: Array.isArray(claims.amr) && claims.amr.some((m) => MFA_METHODS.has(String(m)))
      }
    }
  }
}
