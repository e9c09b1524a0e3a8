// A dead stream must be visible: the server beats every few seconds, and silence shows the strip.
const strip = document.getElementById("stale");
const alive = document.getElementById("alive");
const since = strip && strip.querySelector("[data-since]");
const SILENCE = 40000;
let last = Date.now();

function beat() {
  last = Date.now();
  show(false);
}

function show(stale) {
  if (!strip || strip.hidden === !stale) return;
  strip.hidden = !stale;
  if (alive) alive.hidden = stale;
}

function look() {
  const silent = Date.now() - last;
  if (silent < SILENCE) return;
  const minutes = Math.max(1, Math.round(silent / 60000));
  const words = document.documentElement.lang === "en" ? `${minutes} min` : `${minutes} 分钟`;
  if (since && since.textContent !== words) since.textContent = words;
  show(true);
}

if (strip && document.body.matches("[hx-sse\\:connect]")) {
  document.addEventListener("beat", beat);
  document.addEventListener("htmx:after:sse:message", beat);
  document.addEventListener("visibilitychange", () => {
    // The stream rests while the tab is hidden; it gets time to come back before the strip speaks.
    if (!document.hidden) last = Math.max(last, Date.now() - SILENCE / 2);
  });
  setInterval(look, 1000);
}
