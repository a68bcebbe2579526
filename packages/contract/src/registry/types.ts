import { type Static, Type } from 'typebox'
import { Instant, Nullable } from '../common/index.ts'
import { RegisterDeclaration } from './declaration.ts'

const closed = { additionalProperties: false }

/** A fault of a declaration: where it is, and what is wrong in a sentence of each language. */
export const DeclarationFault = Type.Object({ path: Type.String(), zh: Type.String(), en: Type.String() })
export type DeclarationFault = Static<typeof DeclarationFault>

/** A register as lists show it: its declaration and how many items each state has. */
export const TypeView = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  state: Type.Union([Type.Literal('active'), Type.Literal('retired')]),
  origin: Type.String(),
  declaration: RegisterDeclaration,
  /** Items by state, removed ones included. */
  counts: Type.Record(Type.String(), Type.Integer()),
  /** Items that are there (in no ending state). */
  total: Type.Integer(),
  updatedAt: Instant,
  can: Type.Object({ edit: Type.Boolean(), config: Type.Boolean(), review: Type.Boolean() })
})
export type TypeView = Static<typeof TypeView>
export const TypeList = Type.Object({ items: Type.Array(TypeView) })
export type TypeList = Static<typeof TypeList>

/** A class as a filter or a form offers it. */
export const ItemClass = Type.Object({
  code: Type.String(),
  name: Type.String(),
  nameEn: Type.String(),
  majorCode: Nullable(Type.String()),
  majorName: Nullable(Type.String()),
  standardRef: Nullable(Type.String()),
  active: Type.Boolean()
})
export type ItemClass = Static<typeof ItemClass>

export const TypeDetail = Type.Object({ ...TypeView.properties, classes: Type.Array(ItemClass) })
export type TypeDetail = Static<typeof TypeDetail>

/** Declare a register, or change one: `version` is the one that was edited; absent for a new one. */
export const TypeInput = Type.Object(
  {
    declaration: RegisterDeclaration,
    version: Type.Optional(Type.Integer({ minimum: 1 })),
    note: Type.Optional(Type.String({ maxLength: 500 }))
  },
  closed
)
export type TypeInput = Static<typeof TypeInput>

/** Any JSON may be checked: the faults say what is wrong with it. */
export const TypeCheckInput = Type.Object({ declaration: Type.Unknown() }, closed)
export const TypeCheck = Type.Object({
  faults: Type.Array(DeclarationFault),
  affected: Type.Object({
    /** Items that would not meet the declaration. */
    items: Type.Integer(),
    rules: Type.Array(Type.Object({ path: Type.String(), items: Type.Integer(), zh: Type.String(), en: Type.String() }))
  })
})
export type TypeCheck = Static<typeof TypeCheck>

export const TypeVersion = Type.Object({
  version: Type.Integer(),
  declaration: RegisterDeclaration,
  note: Type.String(),
  changedAt: Instant
})
export const TypeVersions = Type.Object({ items: Type.Array(TypeVersion) })
export type TypeVersions = Static<typeof TypeVersions>
