/* What the portal does beyond links and forms. Every page works without it. */

const codeSheet = document.querySelector("dialog[data-code-sheet]");
let wakeLock = null;

/** Keep the screen lit while the code is shown, where the browser can. */
async function keepLit() {
  try {
    wakeLock = await navigator.wakeLock.request("screen");
  } catch {
    wakeLock = null; // not supported, or the battery is low: the code is shown all the same
  }
}

function turnBack() {
  wakeLock?.release();
  wakeLock = null;
  document.querySelector("[data-opens-code]")?.focus();
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-prints]")) {
    window.print();
    return;
  }
  if (!codeSheet) return;
  if (target?.closest("[data-opens-code]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    codeSheet.showModal();
    keepLit();
  } else if (target === codeSheet || target?.closest("[data-closes-code]")) {
    codeSheet.close();
  }
});

codeSheet?.addEventListener("close", turnBack);

for (const button of document.querySelectorAll("[data-needs-script]")) button.hidden = false;
