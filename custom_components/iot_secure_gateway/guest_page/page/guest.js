// The page of a guest pass. What comes from the gateway is put in as text, never as markup.

const REFRESH_MS = 10_000;
const token = location.hash.slice(1);
const language = (navigator.language || "en").toLowerCase().startsWith("de") ? "de" : "en";
const page = (id) => document.getElementById(id);

let texts = {};
let zone;
let isBusy = false;
let shown = ""; // what the page was made of last

function say(key, values = {}) {
  const text = texts[key] ?? texts["failed.other"] ?? "";
  return text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

function known(group, code) {
  return `${group}.${code}` in texts ? `${group}.${code}` : `${group}.other`;
}

function moment(iso) {
  const style = { dateStyle: "medium", timeStyle: "short" };
  try {
    return new Intl.DateTimeFormat(navigator.language, { ...style, timeZone: zone }).format(new Date(iso));
  } catch {
    return new Intl.DateTimeFormat(language, style).format(new Date(iso)); // a zone that this browser does not know
  }
}

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function notice(text, kind = "") {
  const place = page("notice");
  place.className = kind;
  place.textContent = text;
}

async function ask(what, fields = {}) {
  const response = await fetch(`guest/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token, ...fields }),
    credentials: "omit",
    cache: "no-store",
  });
  const answer = await response.json();
  return response.ok ? answer : { ...answer, isRefused: true };
}

// --- what is shown -----------------------------------------------------------------------------------
function field(act, name) {
  if (act.options) {
    const options = act.options.map((option) => make("option", { value: option, textContent: option }));
    return make("select", { ariaLabel: name }, ...options);
  }
  const [min, max, step] = act.range;
  return make("input", { type: "number", inputMode: "decimal", min, max, step, value: max, required: true, ariaLabel: name });
}

function hint(act) {
  if (act.allowed) return "";
  const when = act.next_allowed_at;
  return when ? say("locked_until", { when: moment(when) }) : say(known("refused", act.code));
}

function actOf(device, thing, act) {
  const name = say(known("acts", act.command));
  const button = make("button", { type: "button", textContent: name, disabled: !act.allowed || !device.is_connected });
  button.dataset.act = act.id;
  const line = make("div", { className: "act" });
  let input;
  if (act.argument) {
    input = field(act, [thing.name, name].filter(Boolean).join(", "));
    input.disabled = button.disabled;
    line.append(input);
  }
  if (thing.name) button.setAttribute("aria-label", `${name}, ${thing.name}`);
  button.addEventListener("click", () => {
    if (input && !input.reportValidity()) return;
    const value = input ? (act.options ? input.value : Number(input.value)) : null;
    doIt(device, thing, act, value);
  });
  line.append(button);
  const why = hint(act);
  if (why) line.append(make("p", { className: "hint", textContent: why }));
  return line;
}

function deviceOf(device) {
  const card = make("section", {}, make("h2", { textContent: device.name || say("device") }));
  if (!device.is_connected) card.append(make("p", { className: "hint", textContent: say("away") }));
  for (const thing of device.things) {
    if (thing.name && (device.things.length > 1 || thing.name !== device.name)) {
      card.append(make("h3", { textContent: thing.name }));
    }
    card.append(make("div", { className: "acts" }, ...thing.acts.map((act) => actOf(device, thing, act))));
  }
  return card;
}

function show(pass) {
  const content = JSON.stringify(pass);
  if (content === shown) return; // so that whoever is on a button stays there
  shown = content;
  zone = pass.zone;
  page("title").textContent = document.title = pass.name || say("title");
  const about = [];
  if (pass.ends_at) about.push(say("until", { when: moment(pass.ends_at) }));
  if (pass.uses_left !== null) about.push(say("uses_left", { count: pass.uses_left }));
  page("until").textContent = about.join(" · ");
  const nothing = make("p", { className: "hint", textContent: say("nothing") });
  page("devices").replaceChildren(...(pass.devices.length ? pass.devices.map(deviceOf) : [nothing]));
}

function showNoPass(answer) {
  shown = "";
  page("title").textContent = say("title");
  page("until").textContent = "";
  page("devices").replaceChildren();
  notice(say(answer.result === "too_often" ? "too_often" : "no_pass"), "bad");
}

// --- what is done ------------------------------------------------------------------------------------
async function look() {
  try {
    const answer = await ask("look");
    if (answer.isRefused) showNoPass(answer);
    else show(answer);
    return !answer.isRefused;
  } catch {
    notice(say("unreachable"), "bad");
    return false;
  }
}

async function doIt(device, thing, act, value) {
  if (isBusy) return;
  isBusy = true;
  for (const button of document.querySelectorAll("button")) button.disabled = true;
  notice(say("waiting"));
  let words, kind;
  try {
    const answer = await ask("act", { device: device.id, thing: thing.id, act: act.id, value });
    if (answer.isRefused) {
      words = say(answer.result === "too_often" ? "too_often" : "no_pass");
    } else if (answer.result === "ok") {
      [words, kind] = [say(known("done", answer.code)), "good"];
    } else if (answer.result === "refused") {
      const when = answer.next_allowed_at;
      words = say(known("refused", answer.code));
      if (when) words += ` ${say("locked_until", { when: moment(when) })}`;
    } else {
      words = say(known("failed", answer.code));
    }
  } catch {
    words = say("unsure");
  }
  isBusy = false;
  shown = "";
  await look();
  notice(words, kind ?? "bad");
}

function isTyping() {
  return document.activeElement?.matches("input, select") ?? false;
}

async function start() {
  document.documentElement.lang = language;
  texts = await (await fetch(`guest/texts/${language}`)).json();
  await look();
  setInterval(() => {
    if (!document.hidden && !isBusy && !isTyping()) look();
  }, REFRESH_MS);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !isBusy) look();
  });
}

addEventListener("hashchange", () => location.reload());
start().catch(() => notice("This link does not work. / Dieser Link funktioniert nicht.", "bad"));
