/** Starts the pages. */
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'
import { useScreen } from './stores/screen'
import './style/tokens.css'
import './style/ground.css'
import './style/base.css'

const app = createApp(App).use(createPinia())
useScreen().apply()
app.use(router).mount('#app')
