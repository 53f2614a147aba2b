// Says when a page is older than it should be, asks for a new one each minute, and tells times in the zone of who looks.
// Everything works without it.
"use strict";
const asOf = document.getElementById("as-of");
const frozen = document.getElementById("frozen");

function age() {
  if (asOf && frozen) {
    const passed = (Date.now() - Date.parse(asOf.dateTime)) / 1000;
    frozen.hidden = !(passed > Number(frozen.dataset.after));
  }
}

function local() {
  const zone = { dateStyle: "medium", timeStyle: "long" };
  for (const each of document.querySelectorAll("time[datetime]")) {
    each.title = new Date(each.dateTime).toLocaleString(document.documentElement.lang, zone);
  }
}

async function refresh() {
  const main = document.getElementById("main");
  const isRead = main.contains(document.activeElement) || main.querySelector("details[open]") || String(getSelection());
  if (document.hidden || isRead) return;
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    main.replaceWith(document.adoptNode(fresh.getElementById("main")));
    document.querySelector("footer").replaceWith(document.adoptNode(fresh.querySelector("footer")));
    document.title = fresh.title;
    local();
  } catch {
    // The page stays as it is, and says how old it is.
  }
}

age();
local();
setInterval(age, 15000);
if (document.body.dataset.refresh) setInterval(refresh, 60000);
