// Password rules of GB/T 22239-2019 8.1.4.1: pure; hashing is elsewhere.

/** How many earlier passwords a new one must differ from. */
export const PASSWORD_MEMORY = 5
export const PASSWORD_MIN_LENGTH = 8

/** How many of the four kinds (upper, lower, digit, other) occur. */
export function kindsIn(password: string): number {
  return [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length
}

/** Why a password is not acceptable for this user, or undefined when it is. */
export function passwordFault(
  password: string,
  username: string
): 'ORG_PASSWORD_WEAK' | 'ORG_PASSWORD_CONTAINS_NAME' | undefined {
  if ([...password].length < PASSWORD_MIN_LENGTH || kindsIn(password) < 3) return 'ORG_PASSWORD_WEAK'
  if (password.toLowerCase().includes(username.toLowerCase())) return 'ORG_PASSWORD_CONTAINS_NAME'
  return undefined
}
