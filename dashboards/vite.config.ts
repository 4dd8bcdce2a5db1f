import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { canned } from './canned/plugin.ts'
import { worker } from './worker/plugin.ts'

const CLOUD = process.env.GATEHOUSE_URL ?? 'http://127.0.0.1:8000'

export default defineConfig(({ mode }) => ({
  plugins: [vue(), worker(), ...(mode === 'canned' ? [canned()] : [])],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __VUE_OPTIONS_API__: false },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { main: 'index.html', phone: 'phone/index.html' } },
  },
  worker: { format: 'es' },
  server: mode === 'canned' ? {} : { proxy: { '/api': { target: CLOUD, changeOrigin: true } } },
  test: { environment: 'happy-dom', isolate: false, testTimeout: 30_000, include: ['src/**/*.spec.ts', 'canned/**/*.spec.ts'] },
}))
