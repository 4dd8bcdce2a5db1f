// The duty page: asks once a second, draws what is, sounds while somebody must come. No text becomes markup.
"use strict"
const root = document.getElementById("duty")
const say = JSON.parse(root.dataset.words)
const lang = root.dataset.lang
const EVERY = 1000
const SILENT_AFTER = 5000
let last = null
let heard = performance.now()
let over = false
let openId = null
let sound = null
let drawn = ""

const $ = (id) => document.getElementById(id)
const word = (key, ...values) => values.reduce((text, value) => text.replace("{}", String(value)), say[key])
const both = (text) => (text ? text[lang] : "")

function make(tag, text, kind) {
  const element = document.createElement(tag)
  if (text) element.textContent = text
  if (kind) element.className = kind
  return element
}

function clock(at) {
  const when = new Date(at / 1e6)
  const zone = { timeZone: last.timezone, hour12: false }
  const time = when.toLocaleTimeString("zh-CN", zone)
  const day = (d) => d.toLocaleDateString("sv-SE", { timeZone: last.timezone })
  return day(when) === day(new Date(last.now / 1e6)) ? time : `${day(when)} ${time}`
}

function age(at) {
  const s = Math.max(0, Math.round((last.now - at) / 1e9))
  if (s < 120) return `${s} s`
  return s < 7200 ? `${Math.floor(s / 60)} min` : `${Math.floor(s / 3600)} h`
}

// Sound ------------------------------------------------------------------------------------------------------

function arm() {
  sound = sound || new AudioContext()
  return sound.resume().then(() => {
    $("arm").hidden = sound.state === "running"
    $("try").hidden = !$("arm").hidden
  })
}

function tone(frequency, start, length) {
  const oscillator = sound.createOscillator()
  const gain = sound.createGain()
  oscillator.type = "square"
  oscillator.frequency.value = frequency
  gain.gain.setValueAtTime(0.3, sound.currentTime + start)
  gain.gain.setValueAtTime(0, sound.currentTime + start + length)
  oscillator.connect(gain).connect(sound.destination)
  oscillator.start(sound.currentTime + start)
  oscillator.stop(sound.currentTime + start + length)
}

function urgency() {
  if (over || performance.now() - heard > SILENT_AFTER) return "life"
  const sounding = last ? last.alarms.filter((a) => a.sounds) : []
  if (sounding.some((a) => a.life)) return "life"
  return sounding.some((a) => a.priority <= 2) ? "other" : ""
}

let beat = 0
function soundOn() {
  const wanted = urgency()
  root.dataset.sound = wanted ? (sound && sound.state === "running" ? "sounding" : "asked") : ""
  $("arm").hidden = Boolean(sound && sound.state === "running")
  $("try").hidden = !$("arm").hidden
  beat += 1
  if (root.dataset.sound !== "sounding") return
  if (wanted === "life") for (const i of [0, 1, 2]) { tone(960, i * 0.3, 0.15); tone(720, i * 0.3 + 0.15, 0.15) }
  else if (beat % 4 === 0) tone(660, 0, 0.3)
}

// Drawing ----------------------------------------------------------------------------------------------------

function tags(alarm) {
  const line = make("p")
  const name = alarm.life ? `▲ ${word("life")}` : word(`priority_${alarm.priority}`)
  for (const text of [name, alarm.drill && word("drill"), alarm.test && word("test"),
    !alarm.known && word("not_known")]) if (text) line.append(make("span", text, "tag"))
  line.append(make("span", word(alarm.detection)))
  line.append(` · ${word("since")} ${clock(alarm.at)} · `, make("span", age(alarm.at), "age"), " · ")
  line.append(answered(alarm))
  return line
}

function answered(alarm) {
  const who = alarm.acknowledged
  if (!who) return make("b", alarm.waits ? word("unacknowledged") : "")
  const where = word(who.where === "cloud" ? "by_cloud" : "by_page")
  return make("span", `${word("acknowledged")}: ${who.by} ${clock(who.at)} (${where})`, "good")
}

function row(alarm) {
  const held = ["suppressed", "out_of_service"].includes(alarm.detection)
  const box = make("article", "", ["alarm", `p${alarm.priority}`, alarm.life && "life", alarm.waits && "waits",
    held && "held"].filter(Boolean).join(" "))
  box.dataset.alarm = alarm.id
  box.append(make("h2", both(alarm.what)))
  box.append(make("p", [both(alarm.place), both(alarm.equipment)].filter(Boolean).join(" · "), "place"))
  box.append(tags(alarm))
  const button = make("button", word("open"))
  button.addEventListener("click", () => open(alarm))
  box.append(button)
  return box
}

function keepFocus(draw) {
  const within = document.activeElement && document.activeElement.closest("[data-alarm]")
  const id = within && within.dataset.alarm
  draw()
  if (id) document.querySelector(`#alarms [data-alarm="${CSS.escape(id)}"] button`)?.focus()
}

function draw() {
  $("clock").textContent = clock(last.now)
  drawCloud()
  // The list is built anew only where it changed: a press of a button must find the button still there.
  const now = JSON.stringify([last.alarms, last.more, last.unknown])
  if (now === drawn) { ages(); return }
  drawn = now
  keepFocus(() => {
    const list = last.alarms.map(row)
    if (!list.length) list.push(make("p", word(last.unknown.length ? "none_known" : "none"), "calm"))
    if (last.more) list.push(make("p", word("more", last.more), "bad"))
    const rest = last.alarms.filter((a) => a.waits && !a.life)
    if (rest.length > 1) {
      const all = make("button", word("acknowledge_all", rest.length))
      all.addEventListener("click", () => acknowledge(rest))
      list.push(all)
    }
    $("alarms").replaceChildren(...list)
  })
  drawUnknown()
}

function ages() {
  for (const alarm of last.alarms) {
    const box = document.querySelector(`#alarms [data-alarm="${CSS.escape(alarm.id)}"] .age`)
    if (box) box.textContent = age(alarm.at)
  }
}

function drawCloud() {
  const { connected, why, waiting } = last.cloud
  const state = connected === null ? "no_cloud" : connected ? "connected" : "away"
  $("cloud").textContent = (connected ? "● " : "○ ") + word(state) + (waiting ? ` · ${word("waiting", waiting)}` : "")
  $("cloud").className = connected ? "good" : "bad"
  $("cloud").title = why
}

function drawUnknown() {
  const items = last.unknown.map((u) => make("li",
    `${[both(u.place), both(u.equipment)].filter(Boolean).join(" · ")}: ${word("points", u.points, u.of)}`))
  const list = make("ul")
  list.append(...items)
  $("unknown").replaceChildren(...(items.length ? [make("h3", `? ${word("unknown")}`), list] : []))
}

function banner() {
  const silent = performance.now() - heard
  const texts = []
  if (over) texts.push(word("ended"))
  else if (silent > SILENT_AFTER) texts.push(word("lost", Math.round(silent / 1000)))
  else if (last) {
    const left = (last.me.ends - last.now) / 6e10
    if (left < 15) texts.push(word("ends", Math.max(0, Math.floor(left))))
    if (last.clock !== "trusted") texts.push(word("clock"))
    if (last.sounder) texts.push(`${word("sounder")}: ${last.sounder}`)
  }
  $("banner").hidden = !texts.length
  const text = texts.join(" · ")
  if ($("banner").textContent !== text) $("banner").textContent = text
}

// Opening and acknowledging ----------------------------------------------------------------------------------

async function open(alarm) {
  const answer = await fetch(`/alarm?id=${encodeURIComponent(alarm.id)}`).catch(() => null)
  if (!answer || !answer.ok) return complain(answer)
  const found = await answer.json()
  openId = found.id
  const box = $("opened")
  const steps = make("ol")
  steps.append(...found.steps[lang].map((step) => make("li", step)))
  box.replaceChildren(make("h2", both(found.what)),
    make("p", [both(found.place), both(found.equipment)].filter(Boolean).join(" · "), "place"), tags(found))
  if (found.told) box.append(make("p", both(found.told)))
  if (found.value !== null && found.limit !== null)
    box.append(make("p", `${word("value")} ${found.value} · ${word("limit")} ${found.limit}`))
  box.append(make("h3", word("steps")), found.steps[lang].length ? steps : make("p", word("no_steps")))
  if (found.waits) {
    const button = make("button", word("acknowledge"), "act")
    button.addEventListener("click", () => acknowledge([found]))
    box.append(button)
  }
  const back = make("button", word("close"))
  back.addEventListener("click", close)
  box.append(back)
  box.dataset.opened = found.id
  box.hidden = false
  box.scrollIntoView()
  box.querySelector("button").focus()
}

function close() {
  openId = null
  $("opened").hidden = true
}

async function acknowledge(alarms) {
  const answer = await fetch("/acknowledge", { method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ alarms: alarms.slice(0, 200).map((a) => ({ id: a.id, at: a.at })) }) }).catch(() => null)
  if (!answer || !answer.ok) return complain(answer)
  close()
  await look()
}

async function complain(answer) {
  const why = answer && answer.status === 409 ? (await answer.json()).why : "failed"
  window.alert(word(say[why] ? why : "failed"))
}

// The beat ---------------------------------------------------------------------------------------------------

async function look() {
  const answer = await fetch("/alarms", { signal: AbortSignal.timeout(4000) })
  if (answer.status === 401) { over = true; return }
  if (!answer.ok) return
  last = await answer.json()
  over = false
  heard = performance.now()
  draw()
}

async function go() {
  for (;;) {
    await look().catch(() => null)
    banner()
    soundOn()
    await new Promise((done) => setTimeout(done, EVERY))
  }
}

$("arm").addEventListener("click", () => arm().then(() => tone(880, 0, 0.2)))
$("try").addEventListener("click", () => tone(880, 0, 0.4))
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && openId) close() })
arm().catch(() => null)
go()
