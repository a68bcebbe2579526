import { type Static, Type } from 'typebox'

/** Settings of sign-in (GB/T 22239-2019 8.1.4.1). */
export const OrgSettings = Type.Object({
  CHENGYUN_ORG_TOTP: Type.Union([Type.Literal('off'), Type.Literal('admins'), Type.Literal('all')], {
    default: 'admins',
    description: 'Who must use a second factor. Demonstration accounts are exempt; whoever enrolled is always asked.'
  }),
  CHENGYUN_ORG_IDLE_MINUTES: Type.Integer({
    minimum: 1,
    maximum: 720,
    default: 30,
    description: 'A session unused for so long ends; administrators have half of it, at most 15.'
  }),
  CHENGYUN_ORG_SESSION_HOURS: Type.Integer({
    minimum: 1,
    maximum: 72,
    default: 12,
    description: 'A session ends after so many hours whatever happens.'
  }),
  CHENGYUN_ORG_LOCK_AFTER: Type.Integer({
    minimum: 3,
    maximum: 20,
    default: 5,
    description: 'Failed sign-ins in a row that lock an account.'
  }),
  CHENGYUN_ORG_LOCK_MINUTES: Type.Integer({ minimum: 1, maximum: 1440, default: 15, description: 'How long a lock lasts.' }),
  CHENGYUN_ORG_ADDRESS_FAILURES: Type.Integer({
    minimum: 5,
    maximum: 1000,
    default: 20,
    description: 'Failed sign-ins from one address within the lock time that lock the address, whichever accounts they tried.'
  }),
  CHENGYUN_ORG_PASSWORD_DAYS: Type.Integer({
    minimum: 0,
    maximum: 3650,
    default: 90,
    description: 'A password older than this must be changed at sign-in; 0 never.'
  }),
  OIDC_ISSUER: Type.Optional(
    Type.String({
      pattern: '^https?://',
      maxLength: 500,
      description: 'Issuer of an OpenID Connect provider for single sign-on.'
    })
  ),
  OIDC_CLIENT_ID: Type.Optional(Type.String({ maxLength: 200, description: 'Our client id at the provider.' })),
  OIDC_CLIENT_SECRET: Type.Optional(
    Type.String({ maxLength: 500, secret: true, description: 'Our client secret at the provider; public clients have none.' })
  ),
  OIDC_USERNAME_CLAIM: Type.String({
    maxLength: 60,
    default: 'preferred_username',
    description: 'The claim that equals the user name here.'
  }),
  OIDC_NAME: Type.String({ maxLength: 40, default: '统一身份认证', description: 'What the sign-in button says.' })
})
export type OrgSettings = Static<typeof OrgSettings>
