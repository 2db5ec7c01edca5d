/* What the portal does beyond links and forms. Every page works without it. */

const codeSheet = document.querySelector("dialog[data-code-sheet]");
const PICTURE_SIDE = 512;
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

/** Show a password that is hidden, and the other way round; the button says what it will do. */
function togglePassword(button) {
  const input = button.closest("[data-password]").querySelector("input");
  const isShown = input.type === "text";
  input.type = isShown ? "password" : "text";
  [button.textContent, button.dataset.hide] = [button.dataset.hide, button.textContent];
  input.focus();
}

/** Copy a link; where the browser does not let us, select it for the customer to copy. */
async function copyLink(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copies);
    button.textContent = button.dataset.done;
  } catch {
    button.closest("li").querySelector("[data-link]").select();
  }
}

/** Show the chosen picture, and send it small: a phone's camera makes more than the server takes. */
async function shrinkPicture(input) {
  const form = input.form;
  const file = input.files[0];
  if (!file) return;
  try {
    const bitmap = await createImageBitmap(file);
    const side = Math.min(bitmap.width, bitmap.height);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.min(side, PICTURE_SIDE);
    const [left, top] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
    canvas.getContext("2d").drawImage(bitmap, left, top, side, side, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
    const files = new DataTransfer();
    files.items.add(new File([blob], "picture.jpg", { type: "image/jpeg" }));
    input.files = files.files;
    canvas.className = "avatar size-32";
    form.querySelector("[data-picture-now]").replaceChildren(canvas);
  } catch {
    // not a picture the browser can read: the server says so, at the field
  }
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const find = (selector) => target?.closest(selector);
  if (find("[data-prints]")) return window.print();
  if (find("[data-shows-password]")) return togglePassword(find("[data-shows-password]"));
  if (find("[data-copies]")) return copyLink(find("[data-copies]"));
  if (find("[data-shares]")) {
    const { shares: url, title } = find("[data-shares]").dataset;
    return navigator.share({ title, url }).catch(() => {}); // the customer changed their mind
  }
  if (!codeSheet) return;
  if (find("[data-opens-code]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    codeSheet.showModal();
    keepLit();
  } else if (target === codeSheet || find("[data-closes-code]")) {
    codeSheet.close();
  }
});

/* A second tap on a slow line sends nothing twice. Coming back by the browser's own button opens the form again. */
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-sends-once]")) return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "yes";
  for (const button of event.target.querySelectorAll("[type=submit]")) button.setAttribute("aria-disabled", "true");
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
});

codeSheet?.addEventListener("close", turnBack);

for (const input of document.querySelectorAll("[data-picture-form] input[type=file]")) {
  input.addEventListener("change", () => shrinkPicture(input));
  // The browser's own button speaks the browser's language, not the page's.
  input.form.querySelector("[data-picks-picture]").hidden = false;
  input.form.querySelector("[data-picture-hint]").hidden = true; // made small here, none is too large
  input.className = "sr-only";
}
for (const button of document.querySelectorAll("[data-needs-script]")) button.hidden = false;
if (navigator.share) for (const button of document.querySelectorAll("[data-shares]")) button.hidden = false;
