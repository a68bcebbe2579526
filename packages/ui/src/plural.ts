/**
 * The form of a word beside a number, by the rules of the language: `{{n}} {{n, plural(one: case; other: cases)}}` in a string.
 * Chinese has one form and needs none of it.
 * @param count a number, or one as it is written, "1,204"; what is no exact number ("9,000+", "–") takes the form for many
 * @param forms by the category of `Intl.PluralRules`; `other` is always there
 */
export function pluralForm(count: unknown, language: string, forms: Readonly<Record<string, unknown>>): string {
  const n = typeof count === 'number' ? count : Number(String(count).replaceAll(',', ''))
  const category = Number.isFinite(n) ? new Intl.PluralRules(language).select(n) : 'other'
  return String(forms[category] ?? forms['other'] ?? '')
}
