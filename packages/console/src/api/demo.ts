import { useQuery } from '@tanstack/react-query'
import { api } from './client.ts'

/** How the demonstration runs; `rate` is cases in a usual hour, null leaves it to the simulator. */
export interface DemoState {
  available: boolean
  state: 'running' | 'paused'
  rate: number | null
  canControl: boolean
}

/** The state of the demonstration, renewed while it is looked at. */
export function useDemo() {
  return useQuery({ queryKey: ['demo'], queryFn: ({ signal }) => api<DemoState>('/demo', { signal }), refetchInterval: 10_000 })
}
