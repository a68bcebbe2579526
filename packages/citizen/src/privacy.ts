/** Version of the privacy text this app shows (strings `privacy.*`); a consent names it. A test holds it to the contract's. */
export const PRIVACY = '2026-11'
