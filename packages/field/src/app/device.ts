const KEY = 'chengyun.field.device'

/** The name of this phone among all: made once, kept with it, says nothing about its owner. */
export function deviceId(): string {
  const known = localStorage.getItem(KEY)
  if (known) return known
  const made = `field-${crypto.randomUUID()}`
  localStorage.setItem(KEY, made)
  return made
}
