/** Starts the telephone's pages. */
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import PhoneApp from './pages/phone/PhoneApp.vue'
import { router } from './pages/phone/router'
import { useScreen } from './stores/screen'
import { keepOnTelephone } from './stores/typed_shelf'
import './style/tokens.css'
import './style/ground.css'
import './style/phone.css'

keepOnTelephone()
const app = createApp(PhoneApp).use(createPinia())
useScreen().apply()
app.use(router).mount('#app')
