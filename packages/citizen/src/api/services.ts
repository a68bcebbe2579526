import type { CitizenClasses } from '@chengyun/contract/public'
import type { PublicListPage, PublicLists } from '@chengyun/contract/scenarios'
import { useEffect, useState } from 'react'
import type { Static } from 'typebox'
import { currentLanguage } from '../i18n.ts'
import { query, send } from './client.ts'

export type ServiceList = PublicLists['items'][number]

const ask = <T>(path: string, signal?: AbortSignal): Promise<T> =>
  send<T>(`/public${path}`, { language: currentLanguage() === 'zh' ? 'zh-CN' : 'en', ...(signal ? { signal } : {}) })

const KEY = 'chengyun.citizen.lists'
const listeners = new Set<(lists: readonly ServiceList[]) => void>()
let known: readonly ServiceList[] | null = read()

function read(): readonly ServiceList[] | null {
  try {
    const text = localStorage.getItem(KEY)
    return text ? (JSON.parse(text) as ServiceList[]) : null
  } catch {
    // A browser that keeps nothing asks each time.
    return null
  }
}

/** The lists this city has for its citizens. */
export async function readLists(): Promise<readonly ServiceList[]> {
  const { items } = await ask<PublicLists>('/lists')
  known = items
  try {
    localStorage.setItem(KEY, JSON.stringify(items))
  } catch {
    // Not remembered; the page shows them all the same.
  }
  for (const listener of listeners) listener(items)
  return items
}

/** The lists as far as they are known; null before they were ever asked for. */
export function useKnownLists(): readonly ServiceList[] | null {
  const [lists, setLists] = useState(known)
  useEffect(() => {
    listeners.add(setLists)
    return () => void listeners.delete(setLists)
  }, [])
  return lists
}

export interface ListAsked {
  near: readonly [number, number] | null
  q: string
  cursor: string | null
}

/** A part of a list, nearest first where a place is given. */
export const readList = (id: string, { near, q, cursor }: ListAsked, signal: AbortSignal): Promise<PublicListPage> =>
  ask(
    `/lists/${id}${query({ near: near ? near.map((n) => n.toFixed(5)).join(',') : null, q: q.trim() || null, cursor })}`,
    signal
  )

/** Name of a class a report can begin with; null where citizens cannot choose it. */
export async function findClass(code: string): Promise<{ code: string; name: string } | null> {
  const { items } = await ask<Static<typeof CitizenClasses>>('/classes')
  const found = items.find((c) => c.code === code)
  return found ? { code, name: currentLanguage() === 'en' ? found.nameEn : found.name } : null
}
