/** Entry of `@chengyun/contract/cases/codes`: class tables, mapping and conditions without the rest of the case contract. */
export * from '../codes.ts'
