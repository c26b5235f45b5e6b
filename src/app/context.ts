import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { must } from '../base/assert.ts';
import type { App } from './app.ts';
import type { AppState } from './store.ts';

const AppContext = createContext<App | undefined>(undefined);
export const AppProvider = AppContext.Provider;

export const useApp = (): App => must(useContext(AppContext), 'AppProvider');

/** Re-renders when the selected piece changes (compared by identity). */
export function useAppState<T>(select: (state: AppState) => T): T {
  return useStore(useApp().store, select);
}
